import { useEffect, useState } from 'react'
import type { SystemInfo } from '../../bridge.ts'
import { bridge } from '../platform/bridge.ts'

/** The program and the system under it; null until main has answered. */
export function useSystemInfo(): SystemInfo | null {
  const [info, setInfo] = useState<SystemInfo | null>(null)
  useEffect(() => {
    let over = false
    void bridge()
      .system.info()
      .then((told) => over || setInfo(told))
    return () => {
      over = true
    }
  }, [])
  return info
}
