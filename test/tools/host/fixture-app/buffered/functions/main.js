import { registerFunctions } from '../../register.js';

registerFunctions();
