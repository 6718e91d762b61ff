import type { Browser, BrowserContext, Page } from 'playwright-core';
import { until } from '../../support/until.js';

export const PASSWORD = 'correct horse';
/** Milliseconds: a browser, an API, a worker and ffmpeg may share two cores. */
const PATIENCE = 100_000;

/** Runs in the page, which knows the names that Node does not. */
const inPage = `(list) => {
  const data = new DataTransfer();
  for (const { name, type, base64 } of list) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  return data;
}`;

export interface LocalFile {
  name: string;
  type: string;
  bytes: Buffer;
}

/** The console as somebody uses it: one tab. What the page complains of is kept. */
export class ConsolePage {
  /** Errors of scripts and of the page's policy. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    private readonly url: string,
  ) {
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      const text = message.text();
      // Refusals of the API, which the page shows by itself, are reported by the browser as well.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) this.complaints.push(text);
    });
  }

  static async open(context: Browser | BrowserContext, url: string): Promise<ConsolePage> {
    return new ConsolePage(await context.newPage(), url);
  }

  async go(path: string): Promise<void> {
    await this.page.goto(new URL(`/app${path}`, this.url).href);
  }

  async register(email: string): Promise<void> {
    await this.go('/register');
    await this.fillIn(email, PASSWORD, 'Create account');
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.go('/login');
    await this.fillIn(email, password, 'Sign in');
  }

  /** Makes an account by the link of an invitation. */
  async join(path: string, email: string): Promise<void> {
    await this.go(path);
    await this.fillIn(email, PASSWORD, 'Create account');
  }

  /** Lets files fall onto the window, as if they came from the desktop. */
  async drop(files: readonly LocalFile[]): Promise<void> {
    // Before the frame is there, nobody takes what falls.
    await this.page.locator('#content').waitFor();
    const given = files.map(({ name, type, bytes }) => ({ name, type, base64: bytes.toString('base64') }));
    const transfer = await this.page.evaluateHandle(`(${inPage})(${JSON.stringify(given)})`);
    for (const event of ['dragenter', 'dragover', 'drop'])
      await this.page.dispatchEvent('body', event, { dataTransfer: transfer });
  }

  /** The tile of one asset in the grid. */
  tile(name: string) {
    return this.page.locator('.tile', { hasText: name });
  }

  /** Waits until the thumbnail of each is there: it is READY, and nobody has pressed "reload". */
  async untilReady(names: readonly string[]): Promise<void> {
    for (const name of names) await this.tile(name).locator('img[data-shown=true]').waitFor();
  }

  async openAsset(name: string): Promise<void> {
    await this.go('/');
    await this.tile(name).locator('a').click();
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** Presses play and waits until the film moves. */
  async play(): Promise<void> {
    await this.page.getByRole('button', { name: 'Play', exact: true }).click();
    await this.untilPlaying();
  }

  async untilPlaying(): Promise<void> {
    const seconds = () => this.page.evaluate<number>('document.querySelector("video")?.currentTime ?? 0');
    await until(seconds, (reached) => reached > 0.2, PATIENCE);
  }

  /** Types e-mail and password into the page that is open, whatever comes of it. */
  async enter(email: string, button: string, password = PASSWORD): Promise<void> {
    await this.page.getByLabel('E-mail').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: button }).click();
  }

  private async fillIn(email: string, password: string, button: string): Promise<void> {
    await this.enter(email, button, password);
    await this.page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
  }
}
