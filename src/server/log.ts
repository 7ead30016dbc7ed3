import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

/** Structured logs, one JSON object a line. Members that could hold a secret never reach the output. */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.err },
    redact: {
      paths: ['secret', 'password', 'authorization', 'cookie', '*.secret', '*.password', '*.authorization', '*.cookie'],
      censor: '[redacted]',
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
