import { boundInvocations } from '../../../../../../lib/app/bounded-invocations.ts';
import { registerFunctions } from '../../register.js';

// Without streams the library creates no server, as if a later version took it from elsewhere.
boundInvocations();
registerFunctions();
