/** The limits of the contract that fields keep people within; the server checks them again. */
export const NAME_LENGTH_MAX = 120;
export const NOTE_LENGTH_MAX = 2000;
export const TAGS_MAX = 20;
export const TAG_LENGTH_MAX = 40;
export const BUDGET_USD_MAX = 1_000_000;
export const URL_LENGTH_MAX = 2048;
export const SECRET_LENGTH_MAX = 8192;
