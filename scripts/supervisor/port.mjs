import net from 'node:net';
import { Refusal } from './refusal.mjs';

/** @throws Refusal when the API could not listen there */
export function checkPort({ HOST: host, PORT: port }) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error) => reject(new Refusal(describe(error, host, port))));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

function describe({ code, message }, host, port) {
  const another = `PORT=${port < 1024 ? 8080 : port + 1} npm start`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program: stop that one, or choose another port: ${another}`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user: choose another one: ${another}`;
  if (code === 'EADDRNOTAVAIL')
    return `HOST ${host} is no address of this machine: set another, or none for all of them.`;
  return `The API cannot listen on ${host}:${port} (${message}): choose another port: ${another}`;
}
