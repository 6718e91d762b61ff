// npm start: the whole of Media Inbox on this machine, kept running until Ctrl-C.
import { requireNode } from './node-version.mjs';

requireNode();
import('./supervisor/main.mjs').then(function (module) {
  return module.main(process.argv.slice(2));
});
