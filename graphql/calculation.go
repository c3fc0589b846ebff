package graphql

import (
	"slices"
	"strconv"

	"gorm.io/gorm/clause"

	"github.com/openimis/openimis-go/mapping"
	"github.com/openimis/openimis-go/persistence"
	"github.com/openimis/openimis-go/scheme"
)

// Calculation is what module calculation brings: the rules by which contributions are worked
// out. There is one, a share of the income; rules for payments have none here, so that forms
// which offer them have none to choose from.
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
		{SDL: "calculationRules(calcruleType: String): CalculationRulesListGQLType", Resolve: calculationRules},
		{SDL: "calculationParams(className: String!, instanceId: String!, instanceClassName: String!): CalculationParamsListGQLType", Resolve: calculationParams},
		{SDL: "linkedClass(classNameList: [String]): LinkedClassListGQLType", Resolve: linkedClasses},
	},
}

// receivable is the type of rules by which is worked out what others owe.
const receivable = "account_receivable"

func calculationRules(c *Call) (any, error) {
	rules := []any{}
	if wanted, _ := c.Args["calcruleType"].(string); wanted == "" || wanted == receivable {
		rules = append(rules, map[string]any{
			"calculationClassName": "CV: percent of income", "status": "active", "description": "A share of what the insured person earns", "uuid": string(scheme.PercentOfIncome),
			"type": receivable, "subType": "contribution", "supportsAdvancedCriteria": false,
		})
	}
	return map[string]any{"calculationRules": rules}, nil
}

// calculated names, for each class whose form has values of a rule, the class by which the
// form finds the rule.
var calculated = map[string]string{
	"ContributionPlan": classRule, "PaymentPlan": classRule, "PolicyHolderInsuree": classBundle, "ContractDetails": classBundle,
}

const (
	classRule   = "Calculation"
	classBundle = "ContributionPlanBundle"
)

func linkedClasses(c *Call) (any, error) {
	linked := []string{}
	for _, class := range textsOf(c.Args["classNameList"]) {
		if by := calculated[class]; by != "" && !slices.Contains(linked, by) {
			linked = append(linked, by)
		}
	}
	return map[string]any{"linkedClasses": linked}, nil
}

// calculationParams are the values that a form of a class asks for by the rule of an
// instance: the rate of a plan, the income of a person.
func calculationParams(c *Call) (any, error) {
	class, _ := c.Args["className"].(string)
	by, _ := c.Args["instanceClassName"].(string)
	instance, _ := c.Args["instanceId"].(string)
	params := []any{}
	id, ok := persistence.ParseUUID(KeyOf(instance))
	if !ok || by == "" || calculated[class] != by {
		return map[string]any{"calculationParams": params}, nil
	}
	switch {
	case by == classRule && class == "ContributionPlan" && id == scheme.PercentOfIncome:
		params = append(params, parameter("rate", "Percentage of income", "Pourcentage du revenu", "INPUT<=100", "5", rightContributionPlans))
	case by == classBundle:
		held, err := bundleShares(c, id)
		if err != nil {
			return nil, err
		}
		if held {
			params = append(params, parameter("income", "Income", "Revenu", "INPUT>=0", "0", map[string]int{"PolicyHolderInsuree": rightHolderInsurees, "ContractDetails": rightHolderContracts}[class]))
		}
	}
	return map[string]any{"calculationParams": params}, nil
}

// parameter is a number that a form asks for. Who may see, add, change and replace the row
// may do so with it.
func parameter(name, english, french, condition, otherwise string, right int) map[string]any {
	rights := map[string]any{"read": right, "write": right + 1, "update": right + 2, "replace": right + 5}
	for verb, number := range rights {
		rights[verb] = strconv.Itoa(number.(int))
	}
	return map[string]any{
		"type": "number", "name": name, "label": map[string]any{"en": english, "fr": french}, "rights": rights, "optionSet": []any{},
		"relevance": "True", "condition": condition, "defaultValue": otherwise,
	}
}

// bundleShares tells whether a plan of a bundle takes a share of the income.
func bundleShares(c *Call, id persistence.UUID) (bool, error) {
	q := persistence.Query{Limit: 1, Few: true, Where: []clause.Expression{persistence.Compare(persistence.Column("tblContributionPlanBundle", "UUID"), "=", id)}}
	if err := Equals(mapping.ContributionPlanBundles, "details.contributionPlan.calculation")(c, string(scheme.PercentOfIncome), &q); err != nil {
		return false, err
	}
	found, err := persistence.Select[persistence.ContributionPlanBundle](c.Store.Read(c.Context), q)
	return err == nil && len(found.Rows) > 0, err
}
