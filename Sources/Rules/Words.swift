/// A word of the vocabulary as the checks and the table of docs/RULES.md know it.
struct Word: Sendable {
    let measure: Measure
    let zh: String
    let en: String

    init(_ measure: Measure, _ en: String, zh: String) {
        self.measure = measure
        self.zh = zh
        self.en = en
    }
}

extension Vocabulary.Variable {
    /// What the variable is; sources as in docs/RULES.md.
    var word: Word {
        switch self {
        case .low:
            Word(.truth, "low-income or under watch (formats, section 6)", zh: "低收入或监测对象")
        case .hasLabour:
            Word(.truth, "a member with full or partial labour", zh: "有全部或部分劳动力的成员")
        case .judgeable:
            Word(.truth, "income can be judged (formats, section 5.9)", zh: "收入可以判断")
        case .line:
            Word(
                .number(.fen, atLeast: 0),
                "monitoring line per person; cannot be judged where the division-year has none",
                zh: "监测线（每人）；该地当年未定时无法判断")
        case .disposable:
            Word(
                .number(.fen, atLeast: 0),
                "disposable income per person of the year before; likewise",
                zh: "上年人均可支配收入；未定时无法判断")
        case .year: Word(.number(.year, atLeast: 1990, atMost: 2200), "of the day", zh: "当日的年份")
        case .month: Word(.number(.month, atLeast: 1, atMost: 12), "of the day", zh: "当日的月份")
        case .dayOfYear:
            Word(.number(.dayOfYear, atLeast: 1, atMost: 366), "of the day", zh: "当日是一年中的第几天")
        case .members: Word(.other, "living members on the day", zh: "当日在世的家庭成员")
        case .m:
            Word(
                .other, "the member asked about, in `member`, `levels`, `clear`, `text`",
                zh: "所问的成员，用于 member、levels、clear、text")
        case .memberCount: Word(.number(.count, atLeast: 1), "living members", zh: "家庭人数")
        case .income: Word(.other, "the income reference, by its fields", zh: "收入参考，见其各项")
        case .topSelfPaid:
            Word(
                .number(.fen, atLeast: 0),
                "greatest compliant self-paid sum of one person in the calendar year",
                zh: "一人本年合规自付最高合计")
        case .houses: Word(.other, "the latest appraisal of each house", zh: "各处住房的最近鉴定")
        case .inDisaster:
            Word(.truth, "a declared disaster is in force here", zh: "当地灾害公告生效中")
        case .waterDays:
            Word(
                .daysSince,
                "since an interruption that runs began (0 on its first day), else -1",
                zh: "现有停水已持续天数（首日为0），没有为-1")
        case .openedDaysAgo:
            Word(.daysSince, "since the alert opened, in `clear`", zh: "预警发出至今天数，用于 clear")
        case .visited:
            Word(
                .truth, "an officer visited since the alert opened, in `clear`",
                zh: "预警后干部已入户，用于 clear")
        case .claimDaysAgo:
            Word(.daysSince, "since the latest claim was paid (-1: none)", zh: "最近一次理赔至今天数（-1：无）")
        case .eliminatedDays:
            Word(
                .daysSince, "since the household was taken off monitoring, while that is its class, else -1",
                zh: "风险消除至今天数，现非消除状态为-1")
        case .monitored:
            Word(.truth, "in one of the three monitored classes", zh: "现为三类监测对象")
        case .exPoor: Word(.truth, "the latest class says lifted out of poverty", zh: "脱贫户")
        case .identifiedDays:
            Word(
                .daysSince, "since the household was last identified as monitored, else -1",
                zh: "最近一次纳入监测至今天数，从未纳入为-1")
        case .risk:
            Word(
                .words(
                    "illness", "disability", "schooling", "disaster", "accident", "noLabour",
                    "unstableWork", "industry", "other", ""),
                "the main risk the register names, or empty", zh: "登记的主要风险，没有为空")
        case .riskRemarked:
            Word(.truth, "a remark explains that risk", zh: "该风险有备注")
        case .eliminatedBy:
            Word(
                .words("help", "natural", ""),
                "how the risk went: `help` `natural`, or empty", zh: "消除方式：help 帮扶，natural 自然，空：无")
        case .topProduce:
            Word(.other, "the business item that earns most", zh: "收入最多的经营项目")
        case .topProducePercent:
            Word(
                .number(.percent, atLeast: 0), "its share of the earnings, rounded down",
                zh: "其占收入的比例，向下取整")
        case .param: Word(.other, "the rule's parameters, by name", zh: "本规则的参数，按名称")
        }
    }
}

extension Vocabulary.IncomeField {
    /// What the field of `income` is (formats, section 5).
    var word: Word {
        switch self {
        case .perPerson: Word(.number(.fen), "income reference per person", zh: "人均收入参考")
        case .withoutSelfPaid:
            Word(.number(.fen), "the same without self-paid costs", zh: "不计医疗自付的人均收入")
        case .positiveNet:
            Word(.number(.fen, atLeast: 0), "net income, at least 0", zh: "纯收入，不低于0")
        case .previous:
            Word(.number(.fen), "`perPerson` as of one year earlier; 0: none", zh: "一年前的人均收入；0：没有")
        case .forecast:
            Word(.number(.fen), "with the last three months' wages all year", zh: "按近三月工资推算的人均收入")
        case .earnings:
            Word(
                .number(.fen, atLeast: 0),
                "wage, business, property and transfer; always there",
                zh: "工资、经营、财产、转移收入合计；总可判断")
        case .lastThreeWages:
            Word(.number(.fen, atLeast: 0), "wages of the last three months", zh: "近三个月工资")
        case .sameThreeWages:
            Word(.number(.fen, atLeast: 0), "of the same months a year before", zh: "上年同期三个月工资")
        case .rigid:
            Word(
                .number(.fen, atLeast: 0), "compliant self-paid and school costs less aid",
                zh: "合规自付与就学支出减资助")
        case .wages: Word(.number(.fen, atLeast: 0), "wages of twelve months", zh: "十二个月工资")
        case .transfers:
            Word(.number(.fen, atLeast: 0), "transfers of twelve months", zh: "十二个月转移收入")
        }
    }
}

extension Vocabulary.MemberField {
    /// What the field of a member is.
    var word: Word {
        switch self {
        case .id: Word(.other, "pseudonym", zh: "化名")
        case .age:
            Word(
                .number(.years, atLeast: -1, atMost: 150), "completed years (-1: unknown)",
                zh: "周岁（-1：不详）")
        case .sex: Word(.words("m", "f", ""), "`m` `f`, empty: unknown", zh: "m 男，f 女，空：不详")
        case .labour:
            Word(
                .words("full", "partial", "none"), "`full` `partial` `none`",
                zh: "full 全劳力，partial 部分，none 无")
        case .dropout:
            Word(
                .words("suspected", "confirmed", "returned", ""),
                "latest dropout record: `suspected` `confirmed` `returned`, or empty",
                zh: "最近辍学记录：suspected 疑似，confirmed 确认，returned 已返校，空：无")
        case .dropoutReason:
            Word(
                .words("economic", "illness", "unwilling", "other", ""),
                "its reason: `economic` `illness` `unwilling` `other`, or empty",
                zh: "其原因：economic 经济，illness 疾病，unwilling 厌学，other 其他")
        case .leftSchoolDays:
            Word(
                .daysSince, "since the latest enrolment when it says left, else -1",
                zh: "离校至今天数，未离校为-1")
        case .hasJob: Word(.truth, "a job is running", zh: "有在职工作")
        case .jobDays: Word(.daysSince, "since it started (-1: none)", zh: "现有工作已做天数（-1：无）")
        case .jobEndedDays:
            Word(.daysSince, "since the latest end (-1: none)", zh: "最近一次离职至今天数（-1：无）")
        case .wage:
            Word(
                .number(.fen, atLeast: 0), "paid and declared wage of twelve months",
                zh: "十二个月的发放与申报工资")
        case .stage:
            Word(
                .words("preschool", "primary", "junior", "senior", "vocational", "university", ""),
                "stage of school while enrolled, or empty", zh: "在读学段，未在读为空")
        case .workedMonths:
            Word(
                .number(.count, atLeast: 0, atMost: 12), "months with a paid or declared wage",
                zh: "有工资的月数")
        case .isAway:
            Word(.truth, "held, or in a running migrant job", zh: "不在家：外出务工或暂不在家")
        }
    }
}

extension Vocabulary.LossField {
    /// What the field of a loss is.
    var word: Word {
        switch self {
        case .roomsCollapsed: Word(.number(.count, atLeast: 0), "rooms", zh: "倒塌间数")
        case .roomsSeverelyDamaged: Word(.number(.count, atLeast: 0), "rooms", zh: "严重损坏间数")
        case .unfitToLive: Word(.truth, "the house cannot be lived in", zh: "不宜居住")
        case .cropLossPercent:
            Word(.number(.percent, atLeast: 0, atMost: 100), "of the crops", zh: "农作物损失比例")
        case .insured: Word(.truth, "insured", zh: "已投保")
        case .daysAgo: Word(.number(.days, atLeast: 0), "since the loss", zh: "受灾至今天数")
        }
    }
}

extension Vocabulary.HouseField {
    /// What the field of a house's appraisal is.
    var word: Word {
        switch self {
        case .grade:
            Word(.words("A", "B", "C", "D", ""), "`A` safe to `D` dangerous", zh: "A 安全 至 D 危险")
        case .inhabited: Word(.truth, "lived in", zh: "有人居住")
        case .onlyDwelling: Word(.truth, "the only dwelling", zh: "唯一住房")
        case .daysAgo: Word(.number(.days, atLeast: 0), "since the appraisal", zh: "鉴定至今天数")
        }
    }
}

/// A function of the vocabulary: what it is, and what its arguments are counted in.
struct FunctionWord: Sendable {
    let name: String
    /// How a call looks.
    let call: String
    /// Of its arguments without the receiver; `nil` for one that is counted in nothing.
    let parameters: [Measure.Unit?]
    let word: Word

    /// The functions of rules about households.
    static let all: [FunctionWord] = [
        FunctionWord(
            name: "losses", call: "losses(n)", parameters: [.days],
            word: Word(.other, "disaster losses of the last n days", zh: "近 n 天的灾害损失")),
        FunctionWord(
            name: "greatestStay", call: "greatestStay(n)", parameters: [.days],
            word: Word(
                .number(.fen, atLeast: 0),
                "greatest self-paid sum of an in-patient settlement of the last n days",
                zh: "近 n 天一次住院自付最高额")),
        FunctionWord(
            name: "absentDays", call: "m.absentDays(n)", parameters: [.days],
            word: Word(
                .number(.days, atLeast: 0), "unexcused school days of the last n days",
                zh: "近 n 天无故缺课天数")),
        FunctionWord(
            name: "majorDiagnosis", call: "m.majorDiagnosis(n)", parameters: [.days],
            word: Word(
                .truth, "a listed disease diagnosed in the last n days", zh: "近 n 天确诊名录内大病")),
        FunctionWord(
            name: "enrolled", call: "m.enrolled(year)", parameters: [.year],
            word: Word(
                .words("yes", "no", "unknown"), "insured in a year: `yes` `no` `unknown`",
                zh: "某年参保：yes 是，no 否，unknown 不详")),
        FunctionWord(
            name: "careCost", call: "careCost(n)", parameters: [.days],
            word: Word(
                .number(.fen, atLeast: 0), "what the household paid itself for care in the last n days",
                zh: "近 n 天全家医疗自付")),
        FunctionWord(
            name: "usualCare", call: "usualCare(n, k)", parameters: [.days, .count],
            word: Word(
                .number(.fen, atLeast: 0),
                "median of the k calendar months before the one in which the last n days begin",
                zh: "近 n 天起始月之前 k 个月医疗自付的中位数")),
        FunctionWord(
            name: "schoolingCost", call: "schoolingCost(d)", parameters: [.dayOfYear],
            word: Word(
                .number(.fen, atLeast: 0),
                "fees less aid since the latest d-th day of a year, after compulsory schooling",
                zh: "自最近的第 d 天起非义务教育学费减资助")),
        FunctionWord(
            name: "daysWithoutWater", call: "daysWithoutWater(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0), "of the last n days, each once", zh: "近 n 天停水天数，每天计一次")),
        FunctionWord(
            name: "alertCauses", call: "alertCauses(level, n)", parameters: [.count, .days],
            word: Word(
                .number(.count, atLeast: 0),
                "causes of open alerts of at least a base level (0 blue to 3 red), opened in the last n days",
                zh: "近 n 天发出、基本级别不低于 level（0 蓝至 3 红）的未结预警的原因数")),
        FunctionWord(
            name: "selfPaid", call: "m.selfPaid(n)", parameters: [.days],
            word: Word(
                .number(.fen, atLeast: 0), "compliant self-paid of the last n days", zh: "近 n 天合规自付")),
        FunctionWord(
            name: "hospitalNights", call: "m.hospitalNights(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0), "nights of stays settled in the last n days",
                zh: "近 n 天结算的住院夜数")),
        FunctionWord(
            name: "hospitalStays", call: "m.hospitalStays(n)", parameters: [.days],
            word: Word(
                .number(.count, atLeast: 0), "stays settled in the last n days", zh: "近 n 天结算的住院次数")),
        FunctionWord(
            name: "leastMonthlyCare", call: "m.leastMonthlyCare(k)", parameters: [.count],
            word: Word(
                .number(.fen, atLeast: 0),
                "least paid for out-patient care in one of the last k closed months",
                zh: "最近 k 个月中门诊自付最少一月")),
        FunctionWord(
            name: "mostMonthlyCare", call: "m.mostMonthlyCare(k)", parameters: [.count],
            word: Word(
                .number(.fen, atLeast: 0),
                "most paid for out-patient care in one of the last k closed months",
                zh: "最近 k 个月中门诊自付最多一月")),
        FunctionWord(
            name: "subsidy", call: "m.subsidy(item, k)", parameters: [nil, .count],
            word: Word(
                .number(.fen, atLeast: 0), "one-card payments of an item in the last k closed months",
                zh: "最近 k 个月某项一卡通补贴")),
        FunctionWord(
            name: "yuan", call: "yuan(fen)", parameters: [.fen],
            word: Word(
                .other, "an amount as text: `8,700`, `8,699.99`", zh: "把分写成元，如 8,700、8,699.99")),
    ]

    /// The function of that name, of rules about households or villages.
    static func named(_ name: String) -> FunctionWord? { byName[name] }

    private static let byName = Dictionary(
        uniqueKeysWithValues: (all + ofVillage).map { ($0.name, $0) })
}
