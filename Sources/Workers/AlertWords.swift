package import Rules

/// What the codes of public records are called before an officer (formats, section 7).
package enum AlertWords {
    /// The level's colour.
    package static func level(_ name: String) -> Sentence { (Level(name: name) ?? .blue).words }

    /// Why a household is at risk.
    package static func cause(_ name: String) -> Sentence {
        (Cause(rawValue: name) ?? .other).words
    }

    /// Why a level is not the base level.
    static func reason(_ code: String) -> Sentence {
        switch code {
        case "low": Sentence(zh: "低收入或监测对象", en: "low-income or under watch")
        case "noLabour": Sentence(zh: "无劳动力", en: "no labour")
        case "otherCause": Sentence(zh: "另有其他原因的预警", en: "an alert of another cause is open")
        case "netted": Sentence(zh: "人均收入不低于监测线两倍", en: "income at least twice the line")
        default: Sentence(zh: code, en: code)
        }
    }

    /// Whose record it is: the `<department>` of its source (formats, section 2); itself where it is
    /// not one of those of the samples.
    static func department(_ code: String) -> Sentence {
        switch code {
        case "agriculture": Sentence(zh: "农业", en: "agriculture")
        case "civil-affairs": Sentence(zh: "民政", en: "civil affairs")
        case "education": Sentence(zh: "教育", en: "education")
        case "emergency": Sentence(zh: "应急", en: "emergency")
        case "finance": Sentence(zh: "财政", en: "finance")
        case "health": Sentence(zh: "卫健", en: "health")
        case "housing": Sentence(zh: "住建", en: "housing")
        case "insurance": Sentence(zh: "医保", en: "insurance")
        case "labour": Sentence(zh: "人社", en: "labour")
        case "police": Sentence(zh: "公安", en: "police")
        case "revitalisation": Sentence(zh: "乡村振兴", en: "revitalisation")
        case "water": Sentence(zh: "水利", en: "water")
        default: Sentence(zh: code, en: code)
        }
    }

    /// What is missing or too old.
    static func gap(_ code: String) -> Sentence {
        switch code {
        case "declaration": Sentence(zh: "收入申报", en: "income declaration")
        case "line": Sentence(zh: "当年监测线", en: "the year's monitoring line")
        case "disposable": Sentence(zh: "上年人均可支配收入", en: "last year's disposable income")
        case "birthDate": Sentence(zh: "有成员出生日期不详", en: "a member's birth date")
        default: Sentence(zh: code, en: code)
        }
    }

    /// What a threshold is called; parameters go by their names, as in the rule.
    static func threshold(_ name: String) -> Sentence {
        switch name {
        case "line": Sentence(zh: "监测线", en: "monitoring line")
        case "disposable": Sentence(zh: "上年人均可支配收入", en: "disposable income per person")
        default: Sentence(zh: name, en: name)
        }
    }
}
