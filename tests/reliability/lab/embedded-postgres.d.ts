declare module '*/scripts/postgres/embedded.mjs' {
  interface EmbeddedPostgresOptions {
    dataDirectory: string;
    socketDirectory?: string;
    logFile: string;
    superuserPassword: string;
    password: string;
    throwaway?: boolean;
    removeAfterwards?: string[];
  }
  export interface EmbeddedPostgres {
    child: import('node:child_process').ChildProcess;
    url: string;
    stop(): Promise<void>;
  }
  export function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres>;
}
