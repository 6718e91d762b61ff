import { api, ask, type Schemas } from '../../api/client';

/** As many as are on their way in the next seconds: later ones might be over before their turn. */
const AHEAD = 10;
/** Milliseconds that a URL must still be good for. */
const MARGIN_MS = 60_000;

type PartUrl = Schemas['SignedUploadParts']['parts'][number];

/** URLs of an upload's parts, asked for a few at a time. */
export class PartUrls {
  private readonly ready = new Map<number, Promise<PartUrl>>();

  constructor(private readonly uploadId: string) {}

  /**
   * The URL of one part; asked for together with those of the next.
   * @throws ApiProblem, Unreachable
   */
  async take(number: number, next: readonly number[]): Promise<PartUrl> {
    const url = await this.takeReady(number);
    if (url && Date.parse(url.expiresAt) - Date.now() > MARGIN_MS) return url;
    const asked = [number, ...next.filter((other) => !this.ready.has(other)).slice(0, AHEAD - 1)];
    const answer = this.ask(asked);
    for (const [index, other] of asked.entries()) {
      const one = answer.then((parts) => parts[index] ?? Promise.reject(new Error(`no URL for part ${other}`)));
      // Who takes it is told.
      one.catch(() => undefined);
      this.ready.set(other, one);
    }
    return (await this.takeReady(number)) ?? Promise.reject(new Error(`no URL for part ${number}`));
  }

  private async takeReady(number: number): Promise<PartUrl | undefined> {
    const url = this.ready.get(number);
    this.ready.delete(number);
    return url;
  }

  private async ask(numbers: readonly number[]): Promise<PartUrl[]> {
    const body = { parts: numbers.map((number) => ({ number })) };
    return (await ask(api.POST('/uploads/{id}/parts', { params: { path: { id: this.uploadId } }, body }))).parts;
  }
}
