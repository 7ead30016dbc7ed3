/** The limits of the contract that fields keep people within; the server checks them again. */
export const WORKSPACE_NAME_LENGTH_MAX = 80;
