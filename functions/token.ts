import { app } from '@azure/functions';
import { tokenEndpoint } from '../lib/app/apis.ts';
import { anyMethod } from '../lib/http/register.ts';
import { oauthForm, signingHubForm, tokenHandler } from '../lib/http/token-handler.ts';

app.http('token', {
  route: 'oauth/token',
  methods: [...anyMethod],
  authLevel: 'anonymous',
  handler: tokenHandler(tokenEndpoint, oauthForm),
});

app.http('token-authenticate', {
  route: 'authenticate',
  methods: [...anyMethod],
  authLevel: 'anonymous',
  handler: tokenHandler(tokenEndpoint, signingHubForm),
});
