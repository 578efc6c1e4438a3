import type { ErrorCode } from '../../../api/contract/errors.ts'
import type { DesktopErrorCode } from '../../bridge.ts'

type Code = ErrorCode | DesktopErrorCode
type Feature<OfCode> = OfCode extends `${infer Name}.${string}` ? Name : never
type Fault<Name extends string, OfCode = Code> = OfCode extends `${Name}.${infer What}` ? What : never

/** What a person reads for each code: what happened, and what to do about it. A code without words does not compile. */
export const errors = {
  request: {
    invalid: 'The server did not accept this. Check what you entered and try again.',
    not_found: 'The server does not know this request. It may be older than this app; ask who runs it.',
    method_not_allowed:
      'The server does not know this request. It may be older than this app; ask who runs it.',
    too_large: 'This is too large for the server. Shorten it and try again.',
    unsupported_type: 'The server could not read this request. Updating the app may help.',
    timeout: 'The request took too long to reach the server. Check your connection and try again.',
    headers_too_large: 'The server could not read this request. Signing in again may help.',
    too_many: 'That was a lot within a minute. Wait a moment, then go on.',
  },
  session: {
    unauthenticated: 'You are no longer signed in. Sign in again to go on.',
    bad_credentials: 'Username or password is wrong. Check both and try again.',
    username_taken: 'This username is taken. Choose another.',
    not_found: 'This device is already signed out.',
    user_not_found: 'This person no longer has an account here.',
    not_admin: 'Only an admin of this workspace can do this.',
    last_admin: 'You are the only admin. Make somebody else an admin first.',
    too_many_attempts: 'There were too many attempts to sign in. Try again later.',
    too_many_registrations: 'Too many accounts were made from your network. Try again later.',
    registration_closed: 'This server takes no new accounts. Ask whoever runs it.',
    invite_needed: 'This server needs an invite. Ask an admin of the workspace for a code.',
    invite_invalid: 'This invite does not hold, or no longer. Ask for a new one.',
    invite_not_found: 'This invite is no longer there.',
  },
  avatar: {
    upload_not_found: 'The upload has expired. Try again to send the picture anew.',
    upload_missing: 'The picture did not arrive at the storage. Try again.',
    upload_mismatch: 'The picture was damaged on its way. Try again to send it anew.',
    not_an_avatar: 'The server could not use this picture. Choose another image.',
    not_found: 'This picture is no longer there.',
    recent_not_found: 'This former picture is no longer kept.',
    notice_not_found: 'This notice is no longer there.',
    too_many_changes: 'The picture was changed too often. Try again later.',
  },
  chat: {
    room_not_found: 'This conversation is gone, or you are no longer a member of it.',
    message_not_found: 'This message is no longer there.',
    message_deleted: 'This message has been deleted and can no longer be changed.',
    not_yours: 'You can only change your own messages.',
    not_a_group: 'People can only be added to rooms. Create a room to talk with several people.',
    unknown_person: 'Someone you chose no longer has an account here. Take them out and try again.',
    dm_with_yourself: 'A direct chat needs another person.',
    too_many_members: 'A room holds at most {max, number} people. Choose fewer.',
    too_many_reactions: 'A message carries at most {max, number} different emoji. Use one that is there.',
    attachment_not_found: 'This image is no longer there. Attach it again.',
    attachment_missing: 'The image did not arrive at the storage. Try again.',
    attachment_mismatch: 'The image was damaged on its way. Try again to send it anew.',
    not_an_image: 'The server could not use this image. Choose another one.',
    too_many_attachments: 'Those were a lot of images within a short time. Wait a moment, then go on.',
    too_many_searches: 'Those were a lot of searches within a minute. Wait a moment, then go on.',
    search_too_slow: 'That would find too much. Use longer words, or look in one room.',
  },
  server: {
    database_unavailable: 'The server cannot reach its database. Try again in a moment.',
    storage_unavailable: 'The server cannot reach its picture storage. Try again in a moment.',
    stopping: 'The server is just restarting. Try again in a moment.',
    internal: 'Something went wrong on the server. Try again; if it stays, tell who runs it.',
  },
  desktop: {
    invalid_argument: 'The app asked for something impossible. Restart it and try again.',
    invalid_server: 'This is not a server address. It looks like https://chat.example.com.',
    offline: 'This computer is offline. Check its network connection.',
    server_unreachable: 'The server cannot be reached. Check your connection and the server address.',
    not_medallion: 'There is no Medallion server at this address. Check it for a typing error.',
    bad_answer: 'The server answered in a way this app does not understand. Updating the app may help.',
    signed_out: 'You are no longer signed in. Sign in again to go on.',
    store_unreachable: 'The picture storage cannot be reached. Check your connection and try again.',
    store_refused:
      'The picture storage refused the upload. Try again; if it stays, tell who runs the server.',
    upload_expired: 'The upload took too long and is no longer valid. Try again to send the picture anew.',
    clock_skewed:
      'The clocks of the server and the picture storage differ, so the storage refuses uploads. Tell who runs the server.',
    draft_gone: 'The chosen image is no longer available. Choose it again.',
    file_too_large: 'This file is larger than 50 MB. Choose a smaller one.',
    file_unreadable: 'This file could not be opened. Check that it is still there and that you may read it.',
    file_unwritable:
      'The file could not be written. Check that there is room and that you may write there, or choose another place.',
    image_too_large: 'This image is larger than 20 MB. Choose a smaller one.',
    not_an_image: 'This is not an image of a known kind. Choose another one.',
    image_gone: 'This image is no longer there.',
    internal: 'Something went wrong in the app. Try again; if it stays, restart it.',
  },
} as const satisfies { readonly [Name in Feature<Code>]: { readonly [What in Fault<Name>]: string } }

/** The same sentences where more is known than the code. */
export const exactly = {
  request: '{sentence} (Request {id})',
  nextPicture: 'Pictures were changed too often within an hour. You can set the next one at {time}.',
  nextSignIn: 'There were too many attempts to sign in. You can try again at {time}.',
  clockAhead:
    'The picture storage’s clock is {minutes, plural, one {a minute} other {# minutes}} ahead of the server’s, so it refuses uploads. Tell who runs the server.',
  clockBehind:
    'The picture storage’s clock is {minutes, plural, one {a minute} other {# minutes}} behind the server’s, so it refuses uploads. Tell who runs the server.',
  storeRefused:
    'The picture storage refused the upload ({detail}). Try again; if it stays, tell who runs the server.',
} as const
