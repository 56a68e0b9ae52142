import Streams
import YAML

/// What to do about a dead letter, by its reason (formats, section 9), for whoever is at the desk.
struct LetterAdvice {
    let zh: String
    let en: String

    /// What the officer or operator does next.
    static func of(_ refusal: Refusal) -> LetterAdvice {
        if refusal.step == "skip" { return skipped }
        return table.first { $0.codes.contains(refusal.reason) }?.advice ?? other
    }

    /// Every reason code there is.
    static var codes: [String] { table.flatMap(\.codes) }

    /// Throws when a word is neither a code nor the first part of one.
    static func check(_ reason: String) throws(CommandError) {
        guard !codes.contains(where: { $0 == reason || $0.hasPrefix("\(reason).") }) else { return }
        let closest = Spelling.closest(to: reason, in: codes)
        throw .usage(
            "there is no reason '\(reason)'"
                + (closest.map { "; did you mean '\($0)'?" }
                    ?? "; expected one of \(codes.joined(separator: ", "))"))
    }

    private static let table: [(codes: [String], advice: LetterAdvice)] = [
        (
            [
                "identity.format", "identity.birthDate", "identity.checkDigit",
                "household.format",
            ],
            LetterAdvice(
                zh: "号码有误。请原报送部门核对证件后更正重报；原样重放仍会被拒。",
                en: "The number is wrong. Have the department that sent it check the document and "
                    + "send the record again, corrected; replayed as it is, it fails again.")
        ),
        (
            [
                "amount.sign", "amount.decimals", "amount.limit", "amount.order", "date.format",
                "date.impossible", "date.order", "field.missing", "field.type", "field.value",
            ],
            LetterAdvice(
                zh: "字段内容有误。请原报送部门更正重报；如是事件目录（events.yaml）规定过严，修改目录后再重放。",
                en: "A field is wrong. Have the department send the record again, corrected; if "
                    + "the event catalogue (events.yaml) is too strict, change it, then replay.")
        ),
        (
            [
                "record.json", "envelope.missing", "envelope.source", "envelope.time",
                "envelope.op", "type.unknown",
            ],
            LetterAdvice(
                zh: "报文格式不符，多为对方系统接口问题。请其按 docs/FORMATS.md 第2、3节修正后重报；"
                    + "如应增加事件类型，先加入 events.yaml 再重放。",
                en: "The message is not of the form agreed, mostly an interface's fault. Have it "
                    + "mended after docs/FORMATS.md, sections 2 and 3, and sent again; a type that "
                    + "should be known goes into events.yaml, then replay.")
        ),
        (
            ["division.format", "division.unknown"],
            LetterAdvice(
                zh: "区划代码不对或未登记。代码有误请原部门更正；区划新设则先补入 divisions.yaml，重启后重放。",
                en: "The division's code is wrong or not listed. Have a wrong one corrected; add a "
                    + "new one to divisions.yaml, restart the workers, then replay.")
        ),
        (
            ["person.unknown"],
            LetterAdvice(
                zh: "180天内无人登记此人。请乡镇核实并登记其所属农户，然后重放。",
                en: "Nobody registered the person within 180 days. Have the township check and "
                    + "register the person with a household, then replay.")
        ),
        (
            ["action.unknown"],
            LetterAdvice(
                zh: "该操作所指的个案、预警或任务并不存在。请操作人员核对后重新提交；若仅因先于其到达，可重放。",
                en:
                    "The action names no case, alert or assignment there is. Have the officer check "
                    + "and submit it again; replay only if it came before what it names.")
        ),
        (
            ["record.size"],
            LetterAdvice(
                zh: "记录过大。请原报送部门拆分后重报。",
                en: "The record is too large. Have the department split it and send it again.")
        ),
        (["record.failed"], other),
    ]

    private static let skipped = LetterAdvice(
        zh: "按运维指令跳过：该记录曾使处理程序崩溃。程序修复之前请勿重放。",
        en: "Skipped by an operator's order, because it ended the worker. Do not replay it before "
            + "the worker is mended.")

    private static let other = LetterAdvice(
        zh: "处理程序未能处理该记录。请将信头（不含内容）交维护人员；修复后重放。",
        en: "The worker could not process the record. Give this page, without the value, to "
            + "whoever maintains it; replay when it is mended.")
}
