/** The app's mark: a medallion, `size` pixels wide. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <defs>
        <linearGradient id="medallion-rim" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#f6d9a0" />
          <stop offset="1" stopColor="#b97a35" />
        </linearGradient>
        <linearGradient id="medallion-face" x1="0" y1="0" x2="1" y2="1">
          <stop offset="0" stopColor="#dba75c" />
          <stop offset="1" stopColor="#94581f" />
        </linearGradient>
      </defs>
      <circle cx="24" cy="24" r="23" fill="url(#medallion-rim)" />
      <circle cx="24" cy="24" r="18.5" fill="url(#medallion-face)" />
      <circle cx="24" cy="20.5" r="5.5" fill="#fff3dc" />
      <path d="M13.5 34.2a10.5 9 0 0 1 21 0 18.4 18.4 0 0 1-21 0Z" fill="#fff3dc" />
    </svg>
  )
}
