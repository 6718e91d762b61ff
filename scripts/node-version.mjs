// Read by Node versions of any age: no syntax here, nor in what imports this first, that an old one cannot parse.

/** Ends the process with one sentence when this Node cannot run the project. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  // What is needed is require() of ES modules, which came in these versions.
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (fits) return;
  console.error(
    'Media Inbox needs Node 20.19, 22.12 or newer, and this is Node ' +
      process.versions.node +
      ': install a newer one (https://nodejs.org, or "nvm install" in this folder) and try again.',
  );
  process.exit(1);
}
