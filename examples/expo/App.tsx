import type { DownloadProgress, PluginDock } from 'plugdock/expo'
import { useCallback, useEffect, useState } from 'react'
import { Button, SafeAreaView, ScrollView, StyleSheet, Text, View } from 'react-native'
import { manifestUrl, openDock, pluginId } from './dock'

/** Downloads a plugin that is data, and shows it: a phone runs no code that did not come with the app. */
export function App() {
  const { dock, problem } = useDock()
  const downloads = useDownloads(dock)
  const [text, setText] = useState('')
  const start = useCallback(() => void dock?.downloads.startDownload(manifestUrl), [dock])
  const show = useCallback(() => {
    if (dock) readPlugin(dock).then(setText, (error: unknown) => setText(String(error)))
  }, [dock])
  return (
    <SafeAreaView style={styles.page}>
      <Text style={styles.title}>plugdock</Text>
      {problem ? <Text accessibilityRole="alert">{problem}</Text> : null}
      {dock ? <Text>In the background: {dock.capabilities.background}</Text> : null}
      <Button title="Download" disabled={!dock} onPress={start} />
      {dock ? downloads.map((progress) => <Download key={progress.taskId} dock={dock} progress={progress} />) : null}
      <Button title="Show" disabled={!dock} onPress={show} />
      <ScrollView>
        <Text>{text}</Text>
      </ScrollView>
    </SafeAreaView>
  )
}

function Download({ dock, progress }: { readonly dock: PluginDock; readonly progress: DownloadProgress }) {
  const { taskId, state, bytesDownloaded, totalBytes, waitingFor, failure } = progress
  const percent = totalBytes ? `${Math.floor((100 * bytesDownloaded) / totalBytes)} %` : ''
  return (
    <View style={styles.row}>
      <Text>
        {progress.name ?? progress.pluginId ?? progress.taskId}: {state} {percent}
      </Text>
      <Text>{failure?.message ?? waitingFor?.message ?? ''}</Text>
      {state === 'downloading' ? (
        <Button title="Pause" onPress={() => void dock.downloads.pauseDownload(taskId)} />
      ) : null}
      {state === 'paused' ? <Button title="Go on" onPress={() => void dock.downloads.resumeDownload(taskId)} /> : null}
      {state === 'failed' ? (
        <Button title="Try again" onPress={() => void dock.downloads.retryDownload(taskId)} />
      ) : null}
      {state === 'awaitingConsent' ? (
        <Button title="Use mobile data" onPress={() => void dock.downloads.approveDownload(taskId)} />
      ) : null}
    </View>
  )
}

function useDock(): { readonly dock: PluginDock | undefined; readonly problem: string | undefined } {
  const [dock, setDock] = useState<PluginDock>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    openDock().then(setDock, (error: unknown) => setProblem(String(error)))
  }, [])
  return { dock, problem }
}

function useDownloads(dock: PluginDock | undefined): readonly DownloadProgress[] {
  const [downloads, setDownloads] = useState<readonly DownloadProgress[]>([])
  useEffect(() => {
    const watching = dock?.downloads.watchAll().subscribe(setDownloads)
    return () => watching?.unsubscribe()
  }, [dock])
  return downloads
}

async function readPlugin(dock: PluginDock): Promise<string> {
  const plugin = await dock.plugins.load(pluginId)
  try {
    return await plugin.text()
  } finally {
    await plugin.close()
  }
}

const styles = StyleSheet.create({
  page: { flex: 1, padding: 24, gap: 12 },
  title: { fontSize: 24, fontWeight: '600' },
  row: { gap: 4 },
})
