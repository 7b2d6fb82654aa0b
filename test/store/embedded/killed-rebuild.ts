import { openEmbeddedStore } from '../../../lib/store/embedded/embedded-store.ts';

/** Opens a folder and ends without warning once its indexes are written, but before they are committed. */
const [path = ''] = process.argv.slice(2);
openEmbeddedStore({ path, onRebuild: (done) => done > 0 && process.kill(process.pid, 'SIGKILL') });
