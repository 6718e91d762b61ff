// Makes a clone ready to run: packages, Prisma client, build; each only when something it depends on has changed.
// It runs before anything is installed, and on versions of Node that are too old for the rest.
import { requireNode } from './node-version.mjs';

requireNode();
import('./prepare/prepare.mjs').then(function (module) {
  return module.main(process.argv.slice(2));
});
