/** Below this width lists are cards and dialogs fill the screen. */
export const PHONE = '(max-width: 48em)';
