import type { Browser } from './devtools.ts'
import type { PermissionQuestion } from './messages.ts'
import { originOf, toBrowserUrl } from './schemes.ts'
import { defaultSession } from './session.ts'

/** Permissions that pages here can have: what Chromium calls them, and what Electron calls them. */
const PERMISSIONS = new Map([
  ['camera', 'media'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-write', 'clipboard-sanitized-write'],
  ['geolocation', 'geolocation'],
  ['microphone', 'media'],
  ['notifications', 'notifications'],
])

/** Denies every page everything; what the app grants is set when it has been asked. */
export async function denyEverything(browser: Browser): Promise<void> {
  await Promise.all([...PERMISSIONS.keys()].map((permission) => setPermission(browser, permission, false)))
}

/** Asks the app's handlers on a page's behalf, has Chromium act on what they say, and tells it. */
export async function decidePermissions(
  browser: Browser,
  contents: unknown,
  url: string,
  { permissions, asking }: PermissionQuestion,
): Promise<boolean> {
  const known = permissions.filter((permission) => PERMISSIONS.has(permission))
  const granted = await (asking === 'request'
    ? requested(contents, url, known)
    : checked(contents, url, known))
  const { origin } = new URL(toBrowserUrl(url))
  await Promise.all(known.map((permission) => setPermission(browser, permission, granted, origin)))
  return granted
}

/** Camera and microphone are asked for at once, as one permission. */
async function requested(contents: unknown, url: string, permissions: string[]): Promise<boolean> {
  const details = {
    isMainFrame: true,
    requestingUrl: url,
    ...(mediaTypes(permissions).length > 0 ? { mediaTypes: mediaTypes(permissions) } : {}),
  }
  for (const name of new Set(permissions.map((permission) => PERMISSIONS.get(permission) ?? permission)))
    if (!(await defaultSession.requested(contents, name, details))) return false
  return permissions.length > 0
}

function checked(contents: unknown, url: string, permissions: string[]): boolean {
  return permissions.every((permission) => {
    const name = PERMISSIONS.get(permission) ?? permission
    const [mediaType] = mediaTypes([permission])
    const details = {
      isMainFrame: true,
      requestingUrl: url,
      ...(mediaType === undefined ? {} : { mediaType }),
    }
    return defaultSession.checked(contents, name, originOf(url), details)
  })
}

const mediaTypes = (permissions: string[]): string[] => [
  ...(permissions.includes('camera') ? ['video'] : []),
  ...(permissions.includes('microphone') ? ['audio'] : []),
]

async function setPermission(
  browser: Browser,
  name: string,
  granted: boolean,
  origin?: string,
): Promise<void> {
  await browser.root.send('Browser.setPermission', {
    permission: { name },
    setting: granted ? 'granted' : 'denied',
    ...(origin === undefined ? {} : { origin }),
  })
}
