import Households

extension FactWord {
    /// What stands in the list.
    var word: Word {
        Word(.other, "facts of the kind \(kind.name), in order of time", zh: "\(kind.name) 记录，按时间排列")
    }
}

extension FactField {
    /// What the field of a fact in a list is.
    var word: Word {
        switch self {
        case .event: Word(.other, "which of the family's types", zh: "事件类别")
        case .item, .kind, .reason, .severity, .result, .topic, .code, .term:
            Word(.other, "a code of the feed, or empty", zh: "来源代码，没有为空")
        case .number: Word(.other, "of its contract, bill, house, ticket…", zh: "合同、票据、房屋、工单等编号")
        case .fen, .balanceFen, .priceFen, .meanPriceFen:
            Word(.number(.fen, atLeast: 0), "an amount; 0: none", zh: "金额，没有为0")
        case .daysAgo: Word(.number(.days, atLeast: 0), "since its day", zh: "至今天数")
        case .daysLeft:
            Word(.number(.days), "until its end; 100,000: none", zh: "到期前天数，无期限为100000")
        case .wagePercent:
            Word(
                .number(.percent, atLeast: 0), "its person's share of the earnings the day before",
                zh: "当事人前一日占家庭收入比例")
        case .degree, .category, .level, .months, .head, .headLost, .litres, .minutes, .leadHours:
            Word(.number(.count, atLeast: 0), "a number of the feed; 0: none", zh: "来源数值，没有为0")
        case .year: Word(.number(.year), "the year it is for; 0: none", zh: "所属年度，没有为0")
        case .muHundredths:
            Word(.number(.count, atLeast: 0), "an area, hundredths of a mu", zh: "面积，百分之一亩")
        case .isFirst: Word(.truth, "the first of its kind of the person or household", zh: "本人或本户首条")
        case .isLatest: Word(.truth, "the latest of its series", zh: "同一编号下最近一条")
        case .insured: Word(.truth, "insured", zh: "已投保")
        case .dwellingLost: Word(.truth, "the dwelling was lost", zh: "住房烧毁")
        }
    }
}
