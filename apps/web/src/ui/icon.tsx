/** 24 × 24, drawn with a stroke. */
const PATHS = {
  library: 'M4 5h7v7H4zM13 5h7v4h-7zM13 11h7v8h-7zM4 14h7v5H4z',
  trash: 'M4 7h16M10 11v6M14 11v6M6 7l1 12a1.5 1.5 0 0 0 1.5 1.4h7A1.5 1.5 0 0 0 17 19l1-12M9 7V4.5h6V7',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.8-3.8 3.8-5.5 7.5-5.500s6.7 1.7 7.5 5.5',
  queue: 'M4 6h16M4 12h16M4 18h10',
  job: 'M9 5H6.500A1.5 1.5 0 0 0 5 6.500v12A1.5 1.5 0 0 0 6.5 20h11a1.5 1.5 0 0 0 1.5-1.500v-12A1.5 1.5 0 0 0 17.5 5H15M9 3.500h6v3H9zM8.5 13l2.3 2.3 4.7-4.8',
  tenants:
    'M4 20V6.500L12 3.500l8 3V20M4 20h16M9 20v-4.500h6V20M8.5 9.500h.01M12 9.500h.01M15.5 9.500h.01M8.5 12.500h.01M12 12.500h.01M15.5 12.500h.01',
  audit: 'M12 8v4.500l3 2M12 20.500a8.5 8.5 0 1 0-8.5-8.500M3.5 6.500V12H9',
  system: 'M4 5h16v6H4zM4 13h16v6H4zM7.5 8h.01M7.5 16h.01',
  docs: 'M7 4h8l4 4v12H7zM15 4v4h4M10 12h6M10 15.500h6',
  signOut: 'M14 4.500H6.500A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.500H14M17 8l4 4-4 4M21 12H10',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20.5 20.5',
  upload: 'M12 16V4.500M7.5 9 12 4.5 16.5 9M4.5 15.500V18a1.5 1.5 0 0 0 1.5 1.500h12a1.5 1.5 0 0 0 1.5-1.500v-2.5',
  download: 'M12 4.500V16M7.5 11.5 12 16l4.5-4.500M4.5 19.500h15',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.500l4.5 4.500L19 7.5',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M7.5 4.500v15l12-7.500z',
  retry: 'M4.5 12a7.5 7.5 0 1 1 2.3 5.400M4.5 19v-5h5',
  warning: 'M12 4 2.8 19.500h18.400zM12 10v4.500M12 17.200h.01',
  info: 'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11v5M12 8h.01',
  more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
  image: 'M4 5h16v14H4zM4 16l4.5-4.5 4 4 3-2.500L20 17M15 9.500h.01',
  video: 'M4 6h11v12H4zM15 10.500l5-3v9l-5-3',
  audio:
    'M9 17.500a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM9 17.500V6l11-2v11.500M20 15.500a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  document: 'M6.5 3.500h7l4.5 4.500v12.500h-11.500zM13.5 3.500V8h4.5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  globe:
    'M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM3.5 12h17M12 3.500c2.5 2.5 3.5 5.5 3.5 8.500s-1 6-3.5 8.500c-2.5-2.5-3.5-5.5-3.5-8.500s1-6 3.5-8.500z',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.100a4 4 0 0 0-5.7-5.700l-1 1M14 10a4 4 0 0 0-5.7 0l-3.1 3.100a4 4 0 0 0 5.7 5.700l1-1',
  tag: 'M4 4h7.500l8.5 8.5-7.5 7.500L4 11.500zM8 8h.01',
  back: 'M10.5 5.5 4 12l6.5 6.500M4 12h16',
  left: 'M14.5 5.5 8 12l6.5 6.5',
  right: 'M9.5 5.5 16 12l-6.5 6.5',
  down: 'M6 9.500l6 6 6-6',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z',
  device: 'M4 5h16v11H4zM9 20h6M12 16v4',
  gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3.500v2.500M12 18v2.500M3.5 12H6M18 12h2.500M6 6l1.8 1.800M16.2 16.2 18 18M6 18l1.8-1.800M16.2 7.8 18 6',
  bell: 'M6 16.500V11a6 6 0 0 1 12 0v5.500l1.5 1.500h-15zM10 20.500h4',
  feed: 'M5 19a0.5 0.5 0 1 1 1 0 0.5 0.5 0 0 1-1 0zM5 12a7 7 0 0 1 7 7M5 5a14 14 0 0 1 14 14',
  sound: 'M4 9.500v5h3.500L12 19V5L7.5 9.500zM15.5 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11',
  mute: 'M4 9.500v5h3.500L12 19V5L7.5 9.500zM16 9.500l5 5M21 9.500l-5 5',
  full: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  heart: 'M12 20s-7.5-4.6-7.5-10.2A4.3 4.3 0 0 1 12 7.2a4.3 4.3 0 0 1 7.5 2.6C19.5 15.4 12 20 12 20z',
  folder: 'M3.5 6h6l2 2.500h9V19h-17z',
} as const;

export type IconName = keyof typeof PATHS;

/** A drawing beside words, or one whose button has a name: it says nothing itself. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon-drawing"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
