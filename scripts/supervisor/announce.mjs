import { reachableHost } from './ready.mjs';

/**
 * The last lines of a start: where it is, and, once, how to sign in.
 *
 * @param admin from makeFirstAdmin()
 */
export function announce({ HOST, PORT, PUBLIC_URL }, admin) {
  const local = ['0.0.0.0', '::'].includes(HOST) ? 'localhost' : reachableHost(HOST);
  const address = PUBLIC_URL?.replace(/\/$/, '') ?? `http://${local}:${PORT}`;
  const lines = [
    '',
    'Media Inbox is ready.',
    `  console   ${address}/app/`,
    `  API       ${address}`,
    `  API docs  ${address}/docs`,
  ];
  if (admin) lines.push(`  admin     ${admin.email}`, `  password  ${describePassword(admin)}`);
  console.log(`${lines.join('\n')}\n`);
  admin?.shown();
}

function describePassword({ password, isChosen }) {
  return isChosen ? 'as set by ADMIN_PASSWORD' : `${password}   (shown only this once)`;
}
