package import Households

extension FactKind {
    /// What a record of the kind is called before an officer (formats, section 3).
    package var words: Sentence {
        func s(_ zh: String, _ en: String) -> Sentence { Sentence(zh: zh, en: en) }
        return switch self {
        case .personRegistered: s("户籍登记", "registration")
        case .personDeceased: s("死亡登记", "death")
        case .personMoved: s("分户或迁移", "move or split")
        case .personLeft: s("离户", "departure")
        case .identityCorrected: s("证号更正", "corrected number")
        case .settlement: s("医疗结算", "medical settlement")
        case .wagePaid: s("工资发放", "wage payment")
        case .wageArrears: s("欠薪", "wage arrears")
        case .schoolFee: s("就学收费", "school fee")
        case .schoolAid: s("教育资助", "school aid")
        case .subsidyPaid: s("一卡通补贴", "subsidy payment")
        case .offsiteBill: s("异地就医票据", "off-site bill")
        case .disabilityPaid: s("残疾补贴发放", "disability allowance payment")
        case .accident: s("交通事故", "traffic accident")
        case .crimeVictim: s("受害案件", "crime")
        case .vehicle: s("车辆登记", "vehicle registration")
        case .property: s("房产登记", "property registration")
        case .ownFirm: s("工商登记任职", "role in a firm")
        case .premiumAid: s("参保资助", "premium subsidy")
        case .landSubsidy: s("耕地补贴发放", "land subsidy payment")
        case .contact: s("帮扶走访", "helper's contact")
        case .delivered: s("措施落实", "measure delivered")
        case .elimination: s("风险消除提出", "proposed elimination")
        case .insuranceEnrolment: s("医保参保", "insurance enrolment")
        case .diagnosis: s("大病确诊", "major diagnosis")
        case .schoolEnrolment: s("学籍", "school enrolment")
        case .schoolAbsence: s("缺课", "school absence")
        case .schoolDropout: s("辍学", "dropout record")
        case .jobStarted: s("就业", "start of a job")
        case .jobEnded: s("离职", "end of a job")
        case .disabilityCertificate: s("残疾证", "disability certificate")
        case .careAssessment: s("失能评估", "care assessment")
        case .higherAdmission: s("高校录取", "admission to higher education")
        case .workInsurance: s("职工参保", "insurance by an employer")
        case .labourSurvey: s("务工监测", "labour survey")
        case .custody: s("暂不在家", "absence")
        case .entitlement: s("补贴资格", "entitlement")
        case .workInjury: s("工伤", "injury at work")
        case .allowance: s("低保", "allowance")
        case .householdClass: s("监测类别", "monitoring class")
        case .disasterLoss: s("灾害损失", "disaster loss")
        case .appraisal: s("住房鉴定", "house appraisal")
        case .incomeDeclared: s("收入申报", "income declaration")
        case .claimPaid: s("保险理赔", "insurance claim")
        case .livestockLost: s("牲畜损失", "livestock loss")
        case .allowanceRefused: s("低保未批", "refused allowance")
        case .assistance: s("特困、低保边缘或刚性支出认定", "assistance status")
        case .fire: s("火灾", "fire")
        case .projectFailed: s("产业项目失败", "failed project")
        case .contractPayment: s("分红或收购款", "contract payment")
        case .loan: s("小额信贷", "loan")
        case .rebuilding: s("危房改造", "rebuilding")
        case .evacuation: s("转移安置", "evacuation")
        case .waterAccess: s("饮水调查", "water survey")
        case .selfReport: s("自主申报", "self-report")
        case .call: s("来电来访", "call or petition")
        case .disasterDeclared: s("灾害公告", "declared disaster")
        case .waterInterrupted: s("停水", "water interruption")
        case .waterRestored: s("恢复供水", "water restored")
        case .hazardWarned: s("灾害预警", "hazard warning")
        case .waterQuality: s("水质检测", "water sample")
        case .firmState: s("企业状态", "state of a firm")
        case .price: s("产品价格", "price")
        case .visited: s("干部入户", "officer's visit")
        case .dismissed: s("干部排除", "officer's dismissal")
        case .relieved: s("先行救助", "relief first")
        }
    }
}

extension Level {
    /// The level's colour, as officers call it.
    package var words: Sentence {
        switch self {
        case .red: Sentence(zh: "红", en: "RED")
        case .orange: Sentence(zh: "橙", en: "ORANGE")
        case .yellow: Sentence(zh: "黄", en: "YELLOW")
        case .blue: Sentence(zh: "蓝", en: "BLUE")
        }
    }
}

extension Cause {
    /// What officers call the cause.
    package var words: Sentence {
        switch self {
        case .illness: Sentence(zh: "因病", en: "illness")
        case .disability: Sentence(zh: "因残", en: "disability")
        case .schooling: Sentence(zh: "因学", en: "schooling")
        case .employment: Sentence(zh: "就业", en: "employment")
        case .industry: Sentence(zh: "产业", en: "industry")
        case .disaster: Sentence(zh: "因灾", en: "disaster")
        case .accident: Sentence(zh: "意外", en: "accident")
        case .housing: Sentence(zh: "住房", en: "housing")
        case .water: Sentence(zh: "饮水", en: "water")
        case .income: Sentence(zh: "收入", en: "income")
        case .other: Sentence(zh: "其他", en: "other")
        }
    }
}
