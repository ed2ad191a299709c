import { useEffect, useLayoutEffect } from 'react'

/** A layout effect. A server has none, and React 18 complains of each there. */
export const useBeforePaint = typeof document === 'undefined' ? useEffect : useLayoutEffect
