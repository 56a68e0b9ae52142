/// What the words of the vocabulary are called within a sentence. Where nothing stands here, the
/// table of docs/RULES.md has it (`Words.swift`).
enum Nouns {
    /// The name of a variable (`low`) or field (`Member.age`); `nil` for an unknown one.
    static func text(_ key: String) -> Sentence? {
        if let noun = nouns[key] { return noun }
        let parts = key.split(separator: ".")
        guard let name = parts.last else { return nil }
        let word: Word? =
            switch parts.count == 2 ? parts[0] : "" {
            case "Income": Vocabulary.IncomeField.allCases.first { "\($0)" == name }?.word
            case "Member": Vocabulary.MemberField.allCases.first { "\($0)" == name }?.word
            case "": Vocabulary.Variable.allCases.first { "\($0)" == name }?.word
            default: nil
            }
        return word.map { Sentence(zh: $0.zh, en: $0.en) }
    }

    /// A call of a function, with `{0}`… for its arguments.
    static func function(_ name: String) -> Sentence? { functions[name] }

    /// A code of a feed in words; itself where it has none.
    static func code(_ code: String) -> Sentence {
        if code.isEmpty { return Sentence(zh: "无", en: "none") }
        return codes[code] ?? Sentence(zh: code, en: code)
    }

    private static func s(_ zh: String, _ en: String) -> Sentence { Sentence(zh: zh, en: en) }

    private static let nouns: [String: Sentence] = [
        "low": s("属低收入或监测对象", "the household is low-income or under watch"),
        "hasLabour": s("家中有劳动力", "a member has labour"),
        "judgeable": s("收入可以判断", "income can be judged"),
        "line": s("监测线", "the monitoring line"),
        "disposable": s("上年人均可支配收入", "last year's disposable income per person"),
        "year": s("当年", "the year"), "month": s("当月", "the month"),
        "dayOfYear": s("日期", "the day"),
        "members": s("成员", "member"), "houses": s("住房", "house"),
        "memberCount": s("家庭人数", "the number of members"),
        "topSelfPaid": s(
            "一人本年合规自付", "one person's compliant self-paid costs of the year"),
        "inDisaster": s("当地灾害公告生效中", "a declared disaster is in force here"),
        "waterDays": s("停水（持续天数）", "water cut (its days)"),
        "openedDaysAgo": s("预警发出至今天数", "days since the alert"),
        "visited": s("预警后干部已入户", "an officer has visited since the alert"),
        "claimDaysAgo": s("理赔（至今天数）", "paid claim (its days ago)"),
        "eliminatedDays": s("风险消除（至今天数）", "taking off monitoring (its days ago)"),
        "topProduce": s("收入最多的经营项目", "the business item that earns most"),
        "topProducePercent": s("第一经营项目占收入比例", "the share of the first business item"),
        "Income.perPerson": s("人均收入参考", "income per person"),
        "Income.withoutSelfPaid": s("不计医疗自付的人均收入", "income per person without medical costs"),
        "Income.positiveNet": s("纯收入", "net income"),
        "Income.previous": s("一年前的人均收入", "income per person a year before"),
        "Income.forecast": s(
            "按近三月工资推算的人均收入", "income per person forecast from three months' wages"),
        "Income.earnings": s("工资、经营、财产、转移收入合计", "all earnings"),
        "Income.lastThreeWages": s("近三个月工资", "wages of the last three months"),
        "Income.sameThreeWages": s("上年同期三个月工资", "wages of the same months a year before"),
        "Income.rigid": s("医疗和就学刚性支出", "medical and school costs"),
        "Income.wages": s("十二个月工资", "wages of twelve months"),
        "Income.transfers": s("十二个月转移收入", "transfers of twelve months"),
        "Member.age": s("年龄", "age"), "Member.sex": s("性别", "sex"),
        "Member.labour": s("劳动能力", "labour"),
        "Member.dropout": s("最近辍学记录", "the latest dropout record"),
        "Member.dropoutReason": s("辍学原因", "the reason for the dropout"),
        "Member.leftSchoolDays": s("离校（至今天数）", "leaving school (its days ago)"),
        "Member.hasJob": s("有在职工作", "has a job"),
        "Member.jobDays": s("现有工作（已做天数）", "running job (its days)"),
        "Member.jobEndedDays": s("离职（至今天数）", "end of a job (its days ago)"),
        "Member.wage": s("本人十二个月工资", "own wage of twelve months"),
        "Member.stage": s("在读学段", "the stage of school"),
        "Member.workedMonths": s("十二个月中有工资的月数", "months with a wage in twelve"),
        "Member.isAway": s("外出务工或暂不在家", "is away"),
        "Loss.roomsCollapsed": s("倒塌间数", "rooms collapsed"),
        "Loss.roomsSeverelyDamaged": s("严重损坏间数", "rooms severely damaged"),
        "Loss.unfitToLive": s("住房不宜居住", "the house is unfit to live in"),
        "Loss.cropLossPercent": s("农作物损失比例", "crop loss"),
        "Loss.insured": s("已投保", "insured"), "Loss.daysAgo": s("受灾至今", "days ago"),
        "House.grade": s("住房等级", "grade"), "House.inhabited": s("有人居住", "lived in"),
        "House.onlyDwelling": s("为唯一住房", "the only dwelling"),
        "House.daysAgo": s("鉴定至今", "days ago"),
        "households": s("全村户数", "the households of the village"),
        "migrants": s("在外务工人数", "the members in migrant work"),
        "produce": s("主要农产品", "main produce"),
        "Produce.item": s("项目", "item"),
        "Produce.sharePercent": s("占全村收入比例", "its share of the village's earnings"),
        "Produce.pricePercent": s(
            "最新价格占三年均价的比例", "its latest price, of the mean of three years"),
        "Fact.event": s("事项", "type"), "Fact.item": s("项目", "item"),
        "Fact.kind": s("类型", "kind"), "Fact.reason": s("原因", "reason"),
        "Fact.severity": s("程度", "severity"), "Fact.result": s("结果", "result"),
        "Fact.topic": s("申报事项", "topic"), "Fact.code": s("单位", "firm"),
        "Fact.number": s("编号", "number"), "Fact.term": s("学期", "term"),
        "Fact.fen": s("金额", "amount"), "Fact.balanceFen": s("余额", "balance"),
        "Fact.priceFen": s("价格", "price"), "Fact.meanPriceFen": s("三年均价", "mean price"),
        "Fact.daysAgo": s("距今", "days ago"), "Fact.daysLeft": s("距到期", "days left"),
        "Fact.wagePercent": s("当事人占家庭收入比例", "its person's share of the earnings"),
        "Fact.degree": s("等级", "grade"), "Fact.category": s("类别", "category"),
        "Fact.level": s("级别", "level"), "Fact.months": s("月数", "months"),
        "Fact.head": s("存栏数", "stock"), "Fact.headLost": s("损失头数", "head lost"),
        "Fact.litres": s("人均日水量（升）", "litres"), "Fact.minutes": s("取水分钟", "minutes"),
        "Fact.leadHours": s("提前小时", "hours ahead"), "Fact.isFirst": s("首次", "the first"),
        "Fact.isLatest": s("为最近一条", "the latest"), "Fact.insured": s("已投保", "insured"),
        "Fact.dwellingLost": s("住房烧毁", "the dwelling was lost"),
    ]

    private static let functions: [String: Sentence] = [
        "alerted": s(
            "近{0}有黄色及以上预警的户数", "households with an alert of yellow or more in the last {0}"),
        "jobLosses": s(
            "近{0}失去工作、尚未再就业的人数",
            "members who lost work in the last {0} and have none again"),
        "migrantLosses": s(
            "近{0}失去外出务工工作、尚未再就业的人数",
            "members who lost migrant work in the last {0} and have none again"),
        "losses": s("近{0}的灾害损失", "disaster loss of the last {0}"),
        "greatestStay": s("近{0}一次住院自付最高额", "the dearest hospital stay of the last {0}"),
        "absentDays": s("近{0}无故缺课天数", "school days missed in the last {0}"),
        "majorDiagnosis": s("近{0}确诊名录内大病", "a listed disease was diagnosed in the last {0}"),
        "enrolled": s("{0}参保情况", "insurance of {0}"),
        "careCost": s("近{0}全家医疗自付", "what the household paid for care in the last {0}"),
        "usualCare": s(
            "此前{1}个月的月均医疗自付（中位数）", "the median month of care in the {1} months before"),
        "schoolingCost": s(
            "自{0}起的非义务教育学费减资助", "school costs less aid since {0}"),
        "daysWithoutWater": s("近{0}停水天数", "days without water in the last {0}"),
        "alertCauses": s(
            "近{1}发出、基本级别不低于{0}级的未结预警的原因数",
            "causes of open alerts of base level {0} or more of the last {1}"),
        "selfPaid": s("近{0}合规自付", "compliant self-paid costs of the last {0}"),
        "hospitalNights": s("近{0}住院夜数", "nights in hospital in the last {0}"),
        "hospitalStays": s("近{0}住院次数", "stays in hospital in the last {0}"),
        "leastMonthlyCare": s(
            "近{0}个月中门诊自付最少一月", "the cheapest month of out-patient care in {0}"),
        "mostMonthlyCare": s(
            "近{0}个月中门诊自付最多一月", "the dearest month of out-patient care in {0}"),
        "subsidy": s("近{1}个月的{0}补贴", "payments of {0} in the last {1} months"),
    ]

    /// Codes that shipped rules name (formats, section 3).
    private static let codes: [String: Sentence] = [
        "yes": s("已参保", "yes"), "no": s("未参保", "no"), "unknown": s("不详", "unknown"),
        "suspected": s("疑似", "suspected"), "confirmed": s("确认", "confirmed"),
        "returned": s("已返校", "returned"), "economic": s("经济困难", "economic"),
        "illness": s("疾病", "illness"), "unwilling": s("厌学", "unwilling"),
        "other": s("其他", "other"), "full": s("全劳力", "full"), "partial": s("部分", "partial"),
        "none": s("无", "none"), "preschool": s("学前", "preschool"), "primary": s("小学", "primary"),
        "junior": s("初中", "junior"), "senior": s("高中", "senior"),
        "vocational": s("职校", "vocational"), "university": s("大学", "university"),
        "severe": s("严重", "severe"), "total": s("完全", "total"), "death": s("死亡", "death"),
        "light": s("轻微", "light"), "expired": s("失效", "expired"), "claimed": s("待报销", "claimed"),
        "settled": s("已报销", "settled"), "migrant": s("外出务工", "migrant"),
        "local": s("本地务工", "local"), "away": s("在外务工", "away"),
        "started": s("开始", "started"), "reported": s("已报告", "reported"),
        "decided": s("已认定", "decided"), "approved": s("批准", "approved"),
        "accepted": s("验收", "accepted"), "evacuated": s("转移", "evacuated"),
        "resettled": s("返家", "resettled"), "failed": s("不合格", "failed"),
        "passed": s("合格", "passed"), "microbial": s("微生物", "microbial"),
        "toxic": s("有毒", "toxic"), "culling": s("扑杀", "culling"),
        "abandoned": s("放弃", "abandoned"), "due": s("到期应付", "due"), "paid": s("已付", "paid"),
        "abnormal": s("经营异常", "abnormal"), "cancelled": s("注销", "cancelled"),
        "overdue": s("逾期", "overdue"), "issued": s("发放", "issued"),
        "extended": s("展期", "extended"), "repaid": s("还清", "repaid"),
        "stopped": s("停发", "stopped"), "tekun.stopped": s("特困停发", "destitute support stopped"),
        "edge.granted": s("认定低保边缘", "allowance-edge granted"),
        "rigid.granted": s("认定刚性支出困难", "rigid expenditure granted"),
        "received": s("已受理", "received"), "answered": s("已答复", "answered"),
        "hardship": s("生活困难", "hardship"), "disaster": s("灾害", "disaster"),
        "disability": s("残疾", "disability"), "inpatient": s("住院", "in-patient"),
        "outpatient": s("门诊", "out-patient"), "special": s("门诊慢特病", "special out-patient"),
        "restored": s("恢复", "restored"), "granted": s("批准", "granted"),
        "changed": s("变更", "changed"), "refused": s("未批", "refused"),
    ]
}
