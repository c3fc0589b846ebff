package graphql

// Calculation is what module calculation brings: the rules a scheme may add to work out
// contributions and payments. This program has the rules of the scheme itself and no such
// additions, so that forms which offer them have none to choose from.
var Calculation = Part{
	Types: []Object{
		{Name: "CalculationRulesListGQLType", Fields: []Field{In("calculationRules: [CalculationRulesGQLType]")}},
		{Name: "CalculationRulesGQLType", Fields: []Field{
			In("calculationClassName: String"), In("status: String"), In("description: String"), In("uuid: UUID"), In("classParam: JSONString"),
			In("dateValidFrom: Date"), In("dateValidTo: Date"), In("fromTo: JSONString"), In("type: String"), In("subType: String"),
			In("supportsAdvancedCriteria: Boolean"),
		}},
		{Name: "CalculationParamsListGQLType", Fields: []Field{In("calculationParams: [CalculationParamsGQLType]")}},
		{Name: "CalculationParamsGQLType", Fields: []Field{
			In("type: String"), In("name: String"), In("label: LabelParamGQLType"), In("rights: RightParamGQLType"), In("optionSet: [OptionParamGQLType]"),
			In("relevance: String"), In("required: String"), In("condition: String"), In("defaultValue: String"),
		}},
		{Name: "LabelParamGQLType", Fields: []Field{In("en: String"), In("fr: String")}},
		{Name: "RightParamGQLType", Fields: []Field{In("read: String"), In("write: String"), In("update: String"), In("replace: String")}},
		{Name: "OptionParamGQLType", Fields: []Field{In("value: String"), In("label: LabelParamGQLType")}},
		{Name: "LinkedClassListGQLType", Fields: []Field{In("linkedClasses: [String]")}},
	},
	Queries: []Field{
		none("calculationRules(calcruleType: String): CalculationRulesListGQLType", "calculationRules"),
		none("calculationParams(className: String!, instanceId: String!, instanceClassName: String!): CalculationParamsListGQLType", "calculationParams"),
		none("linkedClass(classNameList: [String]): LinkedClassListGQLType", "linkedClasses"),
	},
}

// none makes a query whose answer holds one list that is empty.
func none(sdl, list string) Field {
	return Field{SDL: sdl, Resolve: func(*Call) (any, error) { return map[string]any{list: []any{}}, nil }}
}
