/**
 * The words of the chat robots, for colleagues: what happened and where a case stands, in the languages of the house.
 * Total over journal types and states, so that a new one without words does not compile. Knows no chat system.
 */
import type { StatePath } from '../../domain/case.js';
import type { JournalType } from '../../domain/events.js';
import { LOCALES, type Locale } from '../../domain/policies.js';

/** In the order of `LOCALES`: English, simplified and traditional Chinese. */
type Words = readonly [en: string, zhCN: string, zhTW: string];

export function eventWords(type: JournalType, locale: Locale): string {
  return inLocale(EVENTS[type], locale);
}

export function stateWords(state: StatePath, locale: Locale): string {
  return inLocale(STATES[state], locale);
}

export const robotWords = {
  openCase: (locale: Locale) => inLocale(['Open the case', '查看个案', '檢視案件'], locale),
  ping: (locale: Locale) =>
    inLocale(
      ['Test message: this robot is connected.', '测试消息：机器人已接通。', '測試訊息：機器人已接通。'],
      locale,
    ),
};

function inLocale(words: Words, locale: Locale): string {
  return words[LOCALES.indexOf(locale)] as string;
}

const EVENTS: Readonly<Record<JournalType, Words>> = {
  'case.opened': ['Opened', '新建', '新成立'],
  'case.started': ['Work has begun', '开始处理', '開始處理'],
  'case.handedOver': ['Handed over to another owner', '更换首接负责人', '更換專責人員'],
  'case.escalated': ['Escalated', '已升级', '已升級'],
  'case.accepted': ['Accepted by the department', '部门已签收', '部門已簽收'],
  'case.returned': ['Returned to the owner', '退回首接负责人', '退回專責人員'],
  'case.rerouted': ['Rerouted to another department', '已转派', '已轉派'],
  'case.assigned': ['Assigned by a manager', '主管已指派', '主管已指派'],
  'case.decided': ['Decided by a manager', '主管已裁定', '主管已裁決'],
  'case.handedBack': ['Decision handed back to level 1', '裁定已交回一级部门', '裁決已交回一級部門'],
  'case.questionAsked': ['Customer asked for information', '已向客户提问', '已向客戶提問'],
  'case.replied': ['Customer wrote', '客户已回复', '客戶已回覆'],
  'case.waitCancelled': ['No longer waiting for the customer', '取消等待客户', '取消等候客戶'],
  'case.replyWaived': ['Message needs no answer', '消息无需回复', '訊息無須回覆'],
  'case.held': ['On hold for a third party', '等待第三方，已挂起', '等候第三方，已暫停'],
  'case.released': ['No longer on hold', '已解除挂起', '已解除暫停'],
  'case.messaged': ['Message sent to the customer', '已给客户发消息', '已傳訊給客戶'],
  'case.noted': ['Internal note', '内部备注', '內部備註'],
  'case.resolved': ['Resolved', '已给出解决方案', '已提出解決方案'],
  'case.confirmed': ['Confirmed by the customer, closed', '客户已确认，关闭', '客戶已確認，結案'],
  'case.rejected': ['Solution rejected by the customer', '客户不认可方案', '客戶不接受方案'],
  'case.reopened': ['Reopened', '已重新打开', '已重新開啟'],
  'case.erased': ['The person was erased', '客户资料已删除', '客戶資料已刪除'],
  'case.withdrawn': ['Withdrawn', '已撤销', '已撤回'],
  'case.merged': ['Merged into another case', '已并入其他个案', '已併入其他案件'],
  'case.absorbed': ['Another case was merged into it', '并入了其他个案', '併入了其他案件'],
  'case.prioritized': ['Priority changed', '优先级已调整', '優先順序已調整'],
  'case.regraded': ['Customer grade changed', '客户等级已调整', '客戶等級已調整'],
  'case.attentionRaised': ['Attention of a manager asked for', '已督办', '已請主管關注'],
  'case.attentionCleared': ['Attention ended', '督办已解除', '關注已解除'],
  'case.flagged': ['Flag changed', '标记已变更', '標記已變更'],
  'case.rated': ['Rated by the customer', '客户已评价', '客戶已評價'],
  'case.callbackAsked': ['Call back the customer', '需要回访客户', '需要回電客戶'],
  'case.callbackCompleted': ['Callback done', '回访已完成', '回電已完成'],
  'case.callbackOverdue': ['Callback overdue', '回访已超期', '回電已逾期'],
  'case.undeliverableReported': ['Customer could not be reached', '无法送达客户', '無法送達客戶'],
  'case.consulted': ['Another department consulted', '发起会办', '發起會辦'],
  'case.consultAnswered': ['Consult answered', '会办已答复', '會辦已回覆'],
  'case.consultDeclined': ['Consult declined', '会办被拒绝', '會辦被婉拒'],
  'case.consultCancelled': ['Consult cancelled', '会办已取消', '會辦已取消'],
  'case.solutionProposed': ['Joint solution proposed', '提出联合方案', '提出聯合方案'],
  'case.solutionAgreedTo': ['Joint solution agreed to', '联合方案已同意', '聯合方案已同意'],
  'case.solutionObjectedTo': ['Joint solution objected to', '联合方案有异议', '聯合方案有異議'],
  'case.actionCompleted': ['Agreed action done', '约定措施已完成', '約定措施已完成'],
  'case.promiseMade': ['Promise made to the customer', '已向客户承诺', '已向客戶承諾'],
  'case.promiseKept': ['Promise kept', '承诺已兑现', '承諾已兌現'],
  'case.promiseRenegotiated': ['Promise renegotiated', '承诺已改期', '承諾已改期'],
  'case.promiseCancelled': ['Promise cancelled', '承诺已取消', '承諾已取消'],
  'case.compensationProposed': ['Compensation proposed', '提出补偿', '提出補償'],
  'case.compensationApproved': ['Compensation approved', '补偿已批准', '補償已核准'],
  'case.compensationRejected': ['Compensation rejected', '补偿被驳回', '補償被駁回'],
  'case.compensationExecuted': ['Compensation to be paid out', '补偿待发放', '補償待發放'],
  'case.compensationSettled': ['Payment answered', '补偿支付有结果', '補償付款有結果'],
  'case.compensationCancelled': ['Compensation cancelled', '补偿已取消', '補償已取消'],
  'case.extensionRequested': ['More time asked for', '申请延期', '申請延期'],
  'case.extensionGranted': ['More time granted', '延期已批准', '延期已核准'],
  'case.extensionDenied': ['More time denied', '延期被驳回', '延期被駁回'],
  'case.taskAssigned': ['Task assigned', '任务已分派', '任務已指派'],
  'case.taskAccepted': ['Task accepted', '任务已签收', '任務已簽收'],
  'case.handOffRated': ['Hand-off rated', '交接已评价', '交接已評價'],
  'case.waitReminded': ['Customer reminded to answer', '已提醒客户回复', '已提醒客戶回覆'],
  'case.waitExpired': ['No answer from the customer', '客户逾期未回复', '客戶逾期未回覆'],
  'case.holdReviewDue': ['Hold is to be reviewed', '挂起待复核', '暫停待複核'],
  'case.confirmationReminded': ['Customer reminded to confirm', '已提醒客户确认', '已提醒客戶確認'],
  'case.closedUnopposed': ['Closed without objection', '无异议自动关闭', '無異議自動結案'],
  'case.sealed': ['Sealed: no reopening any more', '已封存，不可重开', '已封存，不可重開'],
  'case.warned': ['Target is close', '即将超时', '即將逾時'],
  'case.reassured': ['Customer told that work goes on', '已告知客户仍在处理', '已告知客戶仍在處理'],
  'case.breached': ['Target missed', '已超时', '已逾時'],
  'case.rebased': ['Clocks follow new policies', '时钟按新策略重算', '時鐘依新策略重算'],
};

const STATES: Readonly<Record<StatePath, Words>> = {
  received: ['received', '待受理', '待受理'],
  'frontline.working': ['front line, working', '前台处理中', '前線處理中'],
  'frontline.returned': ['front line, returned', '已退回前台', '已退回前線'],
  'level1.dispatched': ['level 1, not accepted yet', '一级，待签收', '一級，待簽收'],
  'level1.working': ['level 1, working', '一级，处理中', '一級，處理中'],
  'level2.dispatched': ['level 2, not accepted yet', '二级，待签收', '二級，待簽收'],
  'level2.working': ['level 2, working', '二级，处理中', '二級，處理中'],
  arbitration: ['arbitration', '仲裁中', '仲裁中'],
  waiting: ['waiting for the customer', '等待客户', '等候客戶'],
  resolved: ['resolved', '待客户确认', '待客戶確認'],
  closed: ['closed', '已关闭', '已結案'],
  withdrawn: ['withdrawn', '已撤销', '已撤回'],
  merged: ['merged', '已合并', '已合併'],
};
