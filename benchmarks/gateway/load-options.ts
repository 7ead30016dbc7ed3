export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `json`: one small reply; `burst`: 60 events at once; `slow`: 50 events over ten seconds. */
  readonly kind: 'json' | 'burst' | 'slow';
  readonly bodyBytes: number;
  readonly connections: number;
  /** Null: as fast as it goes. */
  readonly ratePerSecond: number | null;
  readonly warmUpMs: number;
  readonly durationMs: number;
  /** One request for each connection. */
  readonly once?: boolean;
}

export interface LoadResult {
  readonly completed: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstByteP50Ms: number;
  readonly firstByteP99Ms: number;
}
