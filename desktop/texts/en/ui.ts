/** What buttons, dialogs, menus and dates say everywhere. */
export const ui = {
  cancel: 'Cancel',
  close: 'Close',
  dismiss: 'Dismiss',
  menu: 'Menu',
  save: 'Save',
  retry: 'Retry',
  tryAgain: 'Try again',
  tryNow: 'Try now',
  today: 'Today',
  yesterday: 'Yesterday',
} as const
