/** Whether the page runs on macOS, where ⌘ does what Ctrl does elsewhere. */
export const onMac = navigator.userAgent.includes('Mac')
