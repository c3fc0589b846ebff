// The texts of the host in French, and those the French pack lacks: the labels of buttons and
// of what the modules have gained since. What is named by neither is shown in English.
const months = [
  "janvier", "février", "mars", "avril", "mai", "juin",
  "juillet", "août", "septembre", "octobre", "novembre", "décembre",
];

const texts = {
  appName: "openIMIS",
  "root.appName": "openIMIS",
  currency: "$",

  close: "Fermer",
  ok: "OK",
  cancel: "Annuler",
  empty: "Aucun",
  "picker.close": "Fermer",
  "picker.select": "Choisir",
  "autosuggest.more": "Il y en a d'autres ; tapez encore quelques lettres",

  "FatalError.title": "Erreur fatale",
  "FatalError.message": "Cette page ne peut pas continuer. Ce qui a été enregistré est en sûreté.",

  "search.title": "Recherche",
  "search.apply": "Rechercher",
  "search.dialog.title": "Rechercher",
  noRecord: "Rien n'a été trouvé",
  rowsPerPage: "Lignes par page",
  ofPages: "sur",
  selectAll: "Tout sélectionner",
  clearSelected: "Ne rien sélectionner",
  "row.actions": "Actions",
  "row.delete": "Supprimer",

  addTooltip: "Ajouter",
  saveTooltip: "Enregistrer",
  resetFilterTooltip: "Réinitialiser",
  refreshFilterTooltip: "Rechercher",

  year: "Année",
  "year.null": "Toutes les années",
  month: "Mois",
  "month.null": "Tous les mois",

  "validation.minValue": "Le minimum est {min}",
  "validation.maxValue": "Le maximum est {max}",

  "policy.policies.status.16": "Prête",
  "core.pickerNoOptionsLabel": "Aucun choix",
  "medical_pricelist.pickerNoOptionsLabel": "Aucune liste de prix pour ce lieu",
  "medical_pricelist.table.medicalItemName": "Nom du produit",
  "medical_pricelist.table.medicalServiceName": "Nom du service",

  "ClaimChildPanel.itemOrService.tooltip": "Tapez ce que la liste ne montre pas",
  "claim.ClaimHistoryModal.title": "Historique de la prestation {code}",
  "claimHistory.code": "Code",
  "claimHistory.dateClaimed": "Date de demande",
  "claimHistory.dateProcessed": "Date de traitement",
  "claimHistory.feedbackStatus": "Retour",
  "claimHistory.reviewStatus": "Revue",
  "claimHistory.claimed": "Demandé",
  "claimHistory.approved": "Approuvé",
  "claimHistory.status": "Statut",
  "claimHistory.restoreId": "Restaurée de",
  "claim.attachment.missingPredefinedType": "Le type manque",
  "claim.attachment.definePredefinedType": "Choisissez d'abord le type général, puis le type, ou enlevez le document",
  "claim.attachment.missingDocument": "Le document manque",
  "claim.attachment.defineDocument": "Envoyez un fichier ou enlevez le document",

  "insuree.familyAmountsSummary": "Montants de la famille",
  "insuree.totalPoliciesAmount": "Total des polices",
  "insuree.totalContributions": "Total des cotisations",
  "insuree.balance": "Solde",
  "insuree.familyAddExistingInsuree.tooltip": "Ajouter (déplacer) une personne existante dans la famille",
  "familyAddNewInsuree.tooltip": "Ajouter une nouvelle personne",
  "familyAddNewInsuree.dialogTitle": "Ajouter une nouvelle personne",
  "familyAddExistingInsuree.tooltip": "Ajouter une personne existante",
  "policySummaries.openNewTabButton.tooltip": "Ouvrir dans un nouvel onglet",
  "policySummaries.renewButton.tooltip": "Renouveler la police",
  "policySummaries.SuspendButton.tooltip": "Suspendre la police",
  "policySummaries.DeleteButton.tooltip": "Supprimer la police",
};

months.forEach((name, i) => (texts[`month.${i + 1}`] = name));

// Labels of buttons; many have the same.
const labels = {
  Ajouter: ["familyAddNewInsuree.buttonText", "familyAddExistingInsuree.buttonText"],
  Annuler: ["core.cancel.buttonText"],
  Créer: ["core.create.buttonText"],
  Documents: ["claimAttachments.buttonText"],
  Dupliquer: ["claim.duplicate.buttonText", "roleManagement.duplicateButton.buttonText", "product.ProductSearcher.duplicateProductButton"],
  Enregistrer: ["core.save.buttonText"],
  Famille: ["insureeSummaries.openFamilyButton.buttonText", "policySummaries.openFamilyButton.buttonText"],
  Fermer: ["closeInsureeSearchCriteria.buttonText"],
  "Fiche": ["insureeSummaries.openInsureeButton.buttonText"],
  Imprimer: ["claim.print.buttonText"],
  Modifier: ["editButton.buttonText", "core.edit.buttonText", "roleManagement.editButton.buttonText"],
  "Choisir un chef": ["insuree.familySelectHeadInsuree.buttonText", "familySelectExistingInsureeAsHead.buttonText"],
  "Chef de famille": ["familySetHEadInsuree.buttonText"],
  "Nouvelle cotisation": ["addNewPremium.buttonText"],
  "Nouvelle police": ["policy.action.AddPolicy.buttonText"],
  Ouvrir: [
    "claim.openNewTab.buttonText", "contribution.openNewTab.buttonText", "core.openNewTab.buttonText", "insuree.familySummaries.openNewTabButton.buttonText",
    "insureeSummaries.openNewTabButton.buttonText", "medical.service.openNewTabButton.buttonText", "medical.item.openNewTabButton.buttonText",
    "medical_pricelist.openNewTabButton.buttonText", "policySummaries.openNewTabButton.buttonText", "product.ProductSearcher.openNewTabButton",
  ],
  Rechercher: ["searchInsuree.buttonText"],
  Réinitialiser: ["resetFilters.buttonText"],
  Renouveler: ["policy.action.RenewPolicy.buttonText"],
  Restaurer: ["claim.restore.buttonText"],
  Retirer: ["familyRemoveInsuree.buttonText"],
  Retour: ["core.back.buttonText"],
  "Avis du patient": ["claim.claimFeedback.buttonText"],
  Revue: ["claim.claimReview.buttonText"],
  Supprimer: [
    "claim.deleteHealthFacility.textButton", "contribution.deletePremium.buttonText", "deleteButton.buttonText", "core.delete.buttonText", "roleManagement.deleteButton.buttonText",
    "insuree.familyDeleteInsuree.buttonText", "deleteInsuree.textButton", "familySummaries.deleteFamily.buttonText", "location.deleteHealthFacility.buttonText",
    "medical.item.deleteItemButton.buttonText", "medical.service.deleteServiceButton.buttonText", "medical_pricelist.deletePricelistButton.buttonText",
    "policy.action.DeletePolicy.buttonText", "product.ProductSearcher.deleteProductButton",
  ],
  Suspendre: ["policy.action.SuspendPolicy.buttonText"],
};
for (const [label, keys] of Object.entries(labels)) for (const key of keys) texts[key] = label;

// Rights that the modules have no words for.
const rights = {
  claim: { query_claim_print: "Imprimer des prestations" },
  claim_batch: { query_batch_preview: "Aperçu des comptes" },
  insuree: { query_insuree_enquiry: "Recherche par numéro d'assuré" },
  tools: {
    registers_diagnoses_upload: "Envoyer les diagnostics",
    registers_diagnoses_download: "Télécharger les diagnostics",
    registers_health_facilities_upload: "Envoyer les formations sanitaires",
    registers_health_facilities_download: "Télécharger les formations sanitaires",
    registers_locations_upload: "Envoyer les lieux",
    registers_locations_download: "Télécharger les lieux",
    extracts_master_data_download: "Télécharger les données de base",
    extracts_phone_extract_create: "Extraits pour téléphones",
    extracts_offline_extract_create: "Extraits pour formations sanitaires hors ligne",
    extracts_claims_upload: "Envoyer des prestations",
    extracts_enrolments_upload: "Envoyer des inscriptions",
    extracts_feedback_upload: "Envoyer des avis",
    extracts_renewals_upload: "Envoyer des renouvellements",
    email_settings: "Réglages du courrier",
    funding: "Financements",
  },
};
const modules = { claim: "Prestation", claim_batch: "Lot", insuree: "Assuré", tools: "Outils" };
for (const [module, words] of Object.entries(rights)) {
  for (const [right, text] of Object.entries(words)) texts[`${module}.gql_${right}_perms`] = `${modules[module]} | ${text}`;
}

export default texts;
