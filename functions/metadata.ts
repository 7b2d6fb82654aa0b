import { app } from '@azure/functions';
import { resourceMetadata, serverMetadata } from '../lib/app/metadata.ts';
import { anyMethod } from '../lib/http/register.ts';

const methods = [...anyMethod];

app.http('metadata-authorization-server', { ...serverMetadata, methods, authLevel: 'anonymous' });
app.http('metadata-protected-resource', { ...resourceMetadata, methods, authLevel: 'anonymous' });
