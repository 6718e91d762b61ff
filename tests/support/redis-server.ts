import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { freePort } from './free-port.js';
import { until } from './until.js';

/** A Redis of our own without persistence: started again, it is empty. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async open(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get isRunning(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }

  async start(): Promise<void> {
    const options = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
    this.process = spawn('redis-server', ['--port', String(this.port), '--bind', '127.0.0.1', ...options], {
      stdio: 'ignore',
    });
    await until(
      () => this.ask('PING'),
      (answer) => answer.startsWith('+PONG'),
    );
  }

  /** Dies at once, with all it knew. */
  async kill(): Promise<void> {
    if (!this.process || !this.isRunning) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  /** Takes connections and commands, and answers none until it goes on. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  goOn(): void {
    this.process?.kill('SIGCONT');
  }

  async flush(): Promise<void> {
    const answer = await this.ask('FLUSHALL');
    if (!answer.startsWith('+OK')) throw new Error(`FLUSHALL: ${answer}`);
  }

  /** One command without arguments; empty when nobody listens. */
  private ask(command: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = net.connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\n`));
      socket.once('data', (answer) => {
        socket.destroy();
        resolve(answer.toString());
      });
      socket.once('error', () => resolve(''));
    });
  }
}
