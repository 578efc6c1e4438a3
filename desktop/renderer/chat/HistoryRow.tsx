import { memo } from 'react'
import type { Message, Room } from '../../../api/contract/chat.ts'
import { assertNever } from '../platform/assert-never.ts'
import { dayName, useToday } from '../platform/dates.ts'
import { t } from '../platform/texts.ts'
import { Spinner } from '../ui/Spinner.tsx'
import type { HistoryItem } from './history-items.ts'
import styles from './HistoryRow.module.css'
import { MessageRow } from './MessageRow.tsx'
import { OutgoingRow } from './OutgoingRow.tsx'
import { RoomBeginning } from './RoomBeginning.tsx'

interface HistoryRowProps {
  item: HistoryItem
  room: Room
  editing: boolean
  onEdit: (clientId: string) => void
  onEditEnd: () => void
  onDelete: (message: Message) => void
  onReply: (message: Message) => void
  /** It has just been jumped to. */
  landed: boolean
}

/** One row of the history, whatever it is; drawn anew only when it has changed, since scrolling draws the list in each frame. */
export const HistoryRow = memo(Row, (before, next) => {
  const { item: itemBefore, ...othersBefore } = before
  const { item, ...others } = next
  return isShallowEqual(itemBefore, item) && isShallowEqual(othersBefore, others)
})

/** Whether two objects hold the same: rows are made anew with each page, of the same messages. */
function isShallowEqual(before: object, next: object): boolean {
  const keys = Object.keys(next)
  return (
    keys.length === Object.keys(before).length &&
    keys.every((key) => Object.is(Reflect.get(before, key), Reflect.get(next, key)))
  )
}

function Row({ item, room, landed, ...handlers }: HistoryRowProps) {
  switch (item.kind) {
    case 'top':
      return item.hasOlder ? (
        <div className={styles.loading}>
          <Spinner />
        </div>
      ) : (
        <RoomBeginning room={room} />
      )
    case 'day':
      return <DaySeparator date={item.date} />
    case 'new':
      return (
        <p className={styles.new}>
          <span>{t('chat.message.new')}</span>
        </p>
      )
    case 'message':
      return (
        <MessageRow
          message={item.message}
          change={item.change}
          head={item.head}
          landed={landed}
          {...handlers}
        />
      )
    case 'outgoing':
      return <OutgoingRow roomId={room.id} outgoing={item.outgoing} head={item.head} {...handlers} />
    default:
      return assertNever(item)
  }
}

function DaySeparator({ date }: { date: Date }) {
  return (
    <p className={styles.day}>
      <span>{dayName(date, useToday())}</span>
    </p>
  )
}
