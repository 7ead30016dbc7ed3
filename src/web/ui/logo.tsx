/** A key whose bow is a keyhole in a rounded square, jade with a brass bit. The colours follow the theme. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable={false}>
      <path
        fill="var(--akm-primary)"
        fillRule="evenodd"
        d="M6 6h9a5.5 5.5 0 0 1 5.5 5.5v9A5.5 5.5 0 0 1 15 26H6a5.5 5.5 0 0 1-5.5-5.5v-9A5.5 5.5 0 0 1 6 6Zm4.5 5.2a3.4 3.4 0 0 0-1.8 6.28L7.9 21.8h5.2l-.8-4.32a3.4 3.4 0 0 0-1.8-6.28Z"
      />
      <path
        fill="var(--akm-brass)"
        d="M20.5 13.2h9.3a1.7 1.7 0 0 1 1.7 1.7v7.3a1 1 0 0 1-1 1h-2a1 1 0 0 1-1-1v-4.4h-1.6v2.2a1 1 0 0 1-1 1h-1.4a1 1 0 0 1-1-1v-2.2h-2Z"
      />
    </svg>
  );
}
