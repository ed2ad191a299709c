'use client'

export type { CardAction, CardActions, DownloadCallbacks } from './card/actions.js'
export type { CardBar, CardStep, StepName } from './card/bar.js'
export { DownloadCard, type DownloadCardProps } from './card/DownloadCard.js'
export type { CardDescription, CardDetail, CardText } from './card/describeDownload.js'
export type { DownloadFacts, RollbackFacts } from './card/facts.js'
export type { Figure } from './card/figures.js'
export type { IconName, Tone } from './card/looks.js'
export { type CancelQuestion, type DownloadCardModel, useDownloadCard } from './card/useDownloadCard.js'
export { DockDownloadCard, type DockDownloadCardProps } from './dock/DockDownloadCard.js'
export { DockDownloadList, type DockDownloadListProps } from './dock/DockDownloadList.js'
export { usePluginDock } from './dock/dockContext.js'
export type { PluginView } from './dock/library.js'
export type { Notice, NoticeList } from './dock/noticeBoard.js'
export { PluginDockProvider, type PluginDockProviderProps } from './dock/PluginDockProvider.js'
export type { StorageSpace } from './dock/storageSpace.js'
export { useDockCallbacks } from './dock/useDockCallbacks.js'
export { useDownload, useDownloads } from './dock/useDownloads.js'
export { useInstalledPlugins, useLibrary, usePlugin, useStorage } from './dock/useInstalled.js'
export { type BandwidthPolicyView, useBandwidthPolicy, useConditions } from './dock/useNetwork.js'
export { type Notifications, useNotifications } from './dock/useNotifications.js'
export { type SupervisorSnapshot, useSupervisor } from './dock/useSupervisor.js'
export { DockPluginLibrary } from './library/DockPluginLibrary.js'
export type { PluginDescription, PluginRowState, RowChip, VersionRow } from './library/describePlugin.js'
export type {
  CheckProgress,
  LibraryCallbacks,
  LostPlugin,
  PluginLibraryProps,
  PluginUpdate,
} from './library/libraryTypes.js'
export { PluginLibrary } from './library/PluginLibrary.js'
export type { RowAction } from './library/rowActions.js'
export { type PluginLibraryModel, usePluginLibrary } from './library/usePluginLibrary.js'
export { type PluginRowModel, type RemoveQuestion, usePluginRow } from './library/usePluginRow.js'
export { DownloadList } from './list/DownloadList.js'
export type { Group } from './list/groups.js'
export type { DownloadListProps } from './list/listProps.js'
export type { Totals } from './list/totals.js'
export { type DownloadListModel, useDownloadList } from './list/useDownloadList.js'
export { BandwidthSettings, type BandwidthSettingsProps } from './network/BandwidthSettings.js'
export { ConsentDialog, type ConsentDialogProps } from './network/ConsentDialog.js'
export { DockBandwidthSettings, type DockBandwidthSettingsProps } from './network/DockBandwidthSettings.js'
export { DockConsentDialog, type DockConsentDialogProps } from './network/DockConsentDialog.js'
export { DockOfflineBanner, type DockOfflineBannerProps } from './network/DockOfflineBanner.js'
export { OfflineBanner, type OfflineBannerProps } from './network/OfflineBanner.js'
export {
  type BandwidthModel,
  type BandwidthOptions,
  type Choice,
  useBandwidthSettings,
} from './network/useBandwidthSettings.js'
export {
  type ConsentItem,
  type ConsentModel,
  type ConsentOptions,
  type ConsentPart,
  useConsent,
} from './network/useConsent.js'
export { type NetworkPhase, type OfflinePhase, useOfflinePhase } from './network/useOfflinePhase.js'
export { DockNotificationCentre, DockRollbackNotices, type DockRollbackNoticesProps } from './notices/DockNotices.js'
export {
  NotificationCentre,
  type NotificationCentreProps,
  type SystemPermission,
} from './notices/NotificationCentre.js'
export { NotifyOffer } from './notices/NotifyOffer.js'
export { RollbackNotice, type RollbackNoticeProps } from './notices/RollbackNotice.js'
export { useSystemChoice } from './notices/systemChoice.js'
export type { SystemNotifier } from './notices/systemNotifier.js'
export { SpeedGraph, type SpeedGraphProps } from './speed/SpeedGraph.js'
export { NO_SPEED, nextSeries, type SpeedSample, type SpeedSeries } from './speed/speedSeries.js'
export { useSpeedSeries } from './speed/useSpeedSeries.js'
export type { FreeSpaceChoice } from './storage/choices.js'
export { DockFreeSpaceDialog, type DockFreeSpaceDialogProps } from './storage/DockFreeSpaceDialog.js'
export { DockStorageMeter, type DockStorageMeterProps } from './storage/DockStorageMeter.js'
export { FreeSpaceDialog, type FreeSpaceDialogProps } from './storage/FreeSpaceDialog.js'
export { StorageMeter, type StorageMeterProps } from './storage/StorageMeter.js'
export type { StorageSegment } from './storage/segments.js'
export {
  type FreeSpaceModel,
  type FreeSpaceOptions,
  type FreeSpaceSelection,
  useFreeSpace,
} from './storage/useFreeSpace.js'
export { type StorageMeterModel, type StorageState, useStorageMeter } from './storage/useStorageMeter.js'
export type { Now } from './words/clock.js'
export { ENGLISH } from './words/english.js'
export { MessagesProvider, type MessagesProviderProps } from './words/MessagesProvider.js'
export type {
  ActionName,
  ButtonName,
  CardMessages,
  GroupName,
  Message,
  Messages,
  Situation,
  SituationMessages,
} from './words/messages.js'
export type {
  BandwidthMessages,
  ConsentMessages,
  CostReason,
  NetworkMessages,
  OfflineMessages,
} from './words/networkMessages.js'
export type {
  FreeSpaceMessages,
  LibraryMessages,
  NoticeMessages,
  RollbackMessages,
  SpeedMessages,
  StorageMessages,
  WidgetMessages,
} from './words/widgetMessages.js'
export { createWords, type Words, type WordsOptions } from './words/words.js'
export { useWords } from './words/wordsContext.js'
