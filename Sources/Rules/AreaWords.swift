extension AreaVocabulary.Variable {
    /// What the variable is.
    var word: Word {
        switch self {
        case .households:
            Word(.number(.count, atLeast: 0), "households of the village", zh: "全村户数")
        case .migrants:
            Word(
                .number(.count, atLeast: 0), "members in a running migrant job", zh: "在外务工人数")
        case .produce:
            Word(.other, "what is some household's best-earning item", zh: "各户收入最多的经营项目")
        case .param: Word(.other, "the rule's parameters, by name", zh: "本规则的参数，按名称")
        }
    }
}

extension AreaVocabulary.ProduceField {
    /// What the field of an element of `produce` is.
    var word: Word {
        switch self {
        case .item: Word(.other, "the item", zh: "项目名称")
        case .sharePercent:
            Word(
                .number(.percent, atLeast: 0, atMost: 100),
                "of the village's earnings, rounded down", zh: "占全村收入的比例，向下取整")
        case .pricePercent:
            Word(
                .number(.percent, atLeast: -1),
                "its latest price of 90 days, of its mean of three years (-1: none)",
                zh: "近90天最新价格占三年均价的比例（-1：无）")
        }
    }
}

extension FunctionWord {
    /// The functions of rules about villages.
    static let ofVillage: [FunctionWord] = [
        FunctionWord(
            name: "alerted", call: "alerted(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0),
                "households with an alert of base level yellow or more that opened in the last n days",
                zh: "近 n 天有黄色及以上预警的户数")),
        FunctionWord(
            name: "jobLosses", call: "jobLosses(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0),
                "members who lost work in the last n days and have none again",
                zh: "近 n 天失去工作、尚未再就业的人数")),
        FunctionWord(
            name: "migrantLosses", call: "migrantLosses(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0), "of these, who did migrant work", zh: "其中外出务工的人数")),
    ]
}
