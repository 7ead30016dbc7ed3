/** Members that matter when they have a value, values that matter, and what ends a stream or names another model. */
const TELLING =
  /"(?:usage|usageMetadata|promptFeedback|error|base_resp|message_stop|message-end|fallback|response\.(?:completed|incomplete|failed|cancelled))"\s*(?::(?!\s*null)|(?![\s:]))/;
/** A part of each of those words: most events have none, and this search is the faster one. */
const WORD = /usage|romptFeedback|error|base_resp|message[_-]|fallback|response\./;
/** iFlytek's events have a code each, which is 0 unless something failed. */
const FAILURE_CODE = /^\{"code"\s*:(?!\s*(?:0|null)\b)/;

/**
 * Whether an event of a stream can tell usage, an error or its end, by a search in its JSON text: most events are a few
 * characters of an answer and are not worth parsing. Words within the answer have escaped quotes and do not match.
 */
export function tellsFacts(json: string): boolean {
  return (WORD.test(json) && TELLING.test(json)) || FAILURE_CODE.test(json);
}
