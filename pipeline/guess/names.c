#include "guess/parts.h"

#include "base/memory.h"
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

/** What real reports call a column: whole names with nothing between their words, the likelier
 * first, and words that hint at it within a longer name. */
typedef struct RoleNames {
    const char *names;
    const char *words;
} RoleNames;

static const RoleNames role_names[COLUMN_ROLES] = {
    [COLUMN_SEQUENCE_ID] = {"sequenceid sequence sequencenumber seqid seqno seq rowid rownumber "
                            "rowno lineid linenumber streamid playid eventid usageid recordid "
                            "transactionid logid sequencia secuencia lfdnr laufendenummer numero "
                            "id nr no",
                            "sequence"},
    [COLUMN_TIME] = {"timestamp playedat streamedat listenedat playtime datetime playdatetime "
                     "streamdatetime eventtime starttimestamp playtimestamp eventtimestamp "
                     "transactiontime streamtime starttime playstart ts time zeitpunkt "
                     "zeitstempel fechahora datahora horodatage",
                     "timestamp datetime"},
    [COLUMN_PERIOD] = {"period reportingperiod saleperiod salesperiod usageperiod month "
                       "reportingmonth salesmonth salemonth usagemonth accountingperiod date day "
                       "usagedate salesdate saledate streamdate activitydate reportingdate "
                       "reportdate transactiondate periodo mes monat zeitraum mois fecha data "
                       "datum jour dia tag",
                       "period month date"},
    [COLUMN_PERIOD_FROM] = {"startdate periodstart periodfrom datefrom fromdate periodstartdate "
                            "startofperiod begindate reportstart startreport reportingstart "
                            "reportstartdate usagestartdate salesstartdate start begin from "
                            "inicio fechainicio datainicio datainicial von beginn debut datedebut",
                            "start begin"},
    [COLUMN_PERIOD_TO] = {"enddate periodend periodto dateto todate periodenddate endofperiod "
                          "reportend endreport reportingend reportenddate usageenddate "
                          "salesenddate end to fim fin fechafin datafim datafinal bis ende "
                          "datefin",
                          "end"},
    [COLUMN_RECORDING] = {"isrc isrccode trackisrc recordingisrc soundrecordingisrc assetisrc "
                          "songisrc isrcnumber isrcisbn codigoisrc codeisrc",
                          "isrc"},
    [COLUMN_RELEASE] = {"upc upcean eanupc upccode albumupc releaseupc productupc ean eancode "
                        "barcode gtin icpn albumean releaseean albumbarcode productbarcode "
                        "codigodebarras grid albumgrid releasegrid releaseid productcode codigo "
                        "albumid",
                        "upc ean gtin barcode icpn grid"},
    [COLUMN_TERRITORY] = {"territory territorycode country countrycode salecountry countryofsale "
                          "salescountry saleterritory salesterritory consumercountry "
                          "listenercountry usercountry conncountry isocountry storefront "
                          "storefrontcountry countryofusage usageterritory region market "
                          "marketplace pais territorio land pays",
                          "territory country"},
    [COLUMN_TIER] = {"tier subscription subscriptiontype subscriptiontier subscriptionplan plan "
                     "usertype accounttype membershiptype membership servicetier servicetype "
                     "offer offertype commercialmodel businessmodel monetisationtype "
                     "monetizationtype streamtype usagetype deliverytype product producttype "
                     "service plano tarif abo suscripcion assinatura",
                     "subscription tier plan membership"},
    [COLUMN_DURATION] = {"msplayed playedms durationms durationmilliseconds playedseconds "
                         "secondsplayed durationseconds durationsec durations listenedms "
                         "listenedseconds listeningtime playduration streamduration timeplayed "
                         "lengthplayed playlength duration seconds milliseconds secs sec ms "
                         "duracao duracion dauer spieldauer duree",
                         "duration seconds milliseconds msplayed"},
    [COLUMN_MONETISED] = {"monetised monetized ismonetised ismonetized monetisedstreams "
                          "monetizedstreams monetisedplays monetizedplays monetisable "
                          "monetizable billable billableplays billablestreams payable "
                          "payableplays payablestreams ispayable royaltybearing "
                          "royaltybearingstreams eligible eligiblestreams paidstreams countable "
                          "qualified qualifiedstreams valid isvalid valida valido abrechenbar",
                          "monetised monetized billable payable"},
    [COLUMN_QUANTITY] = {"quantity streams plays units streamcount playcount numberofstreams "
                         "numberofplays nbofplays nbplays totalplays totalstreams qty "
                         "usagequantity salesquantity unitssold netquantity netunits usagecount "
                         "ownedviews views listens count execucoes quantidade cantidad "
                         "reproducciones anzahl menge ecoutes quantite",
                         "streams plays quantity units"},
    [COLUMN_AMOUNT] = {"netrevenue netroyalty netamount netpayable extendedpartnershare "
                       "netroyaltytotal royaltytotal totalroyalty royalty royalties royaltyamount "
                       "partnerrevenue partnershare netearnings earnings revenue payout amountdue "
                       "amount grossrevenue grossroyalty value valor importe nettobetrag betrag "
                       "umsatz erloes montant redevance",
                       "revenue royalty royalties earnings amount"},
    [COLUMN_CURRENCY] = {"currency currencycode royaltycurrency partnersharecurrency "
                         "payoutcurrency paymentcurrency reportingcurrency revenuecurrency "
                         "netrevenuecurrency amountcurrency salecurrency currencyofpayment moneda "
                         "moeda waehrung wahrung devise",
                         "currency"},
};

// In the order of their numbers from U+00C0 on, the capitals as the small letters.
static const char latin_1_folds[] = "aaaaaaaceeeeiiiidnooooo ouuuuyps"
                                    "aaaaaaaceeeeiiiidnooooo ouuuuypy";

static char fold(uint32_t character)
{
    if (character >= 'A' && character <= 'Z')
        return (char)(character - 'A' + 'a');
    if ((character >= 'a' && character <= 'z') || (character >= '0' && character <= '9'))
        return (char)character;
    return (char)(character >= 0xc0 && character <= 0xff ? latin_1_folds[character - 0xc0] : ' ');
}

char *guess_folded(Slice text)
{
    Text folded = {0};
    char before = ' ';
    bool was_small = false;

    while (text.size_bytes > 0) {
        uint32_t character = 0;
        size_t size_bytes = utf8_read(text, &character);
        char letter = fold(size_bytes == 0 ? ' ' : character);
        bool is_capital = character >= 'A' && character <= 'Z';

        if (is_capital && was_small && before != ' ') // msPlayed
            text_append_byte(&folded, ' ');
        if (letter != ' ' || before != ' ')
            text_append_byte(&folded, letter);
        was_small = character >= 'a' && character <= 'z';
        before = letter;
        size_bytes = size_bytes == 0 ? 1 : size_bytes;
        text = (Slice){text.bytes + size_bytes, text.size_bytes - size_bytes};
    }
    if (folded.size_bytes > 0 && folded.bytes[folded.size_bytes - 1] == ' ')
        folded.bytes[--folded.size_bytes] = '\0';
    return folded.bytes == NULL ? memory_copy_text("") : text_take(&folded);
}

/** The next of some words, taken off the list; empty at its end. */
static Slice take_word(const char **list)
{
    Slice word = {.bytes = *list + strspn(*list, " ")};

    word.size_bytes = strcspn(word.bytes, " ");
    *list = word.bytes + word.size_bytes;
    return word;
}

/** The place of a word in a list, from 1; 0: it is not there. */
static int place_of(Slice word, const char *list)
{
    int place = 1;

    for (Slice other = take_word(&list); other.size_bytes > 0; other = take_word(&list), place++)
        if (slice_equal(word, other))
            return place;
    return 0;
}

bool guess_has_word(const char *folded, const char *words)
{
    for (Slice word = take_word(&folded); word.size_bytes > 0; word = take_word(&folded))
        if (place_of(word, words) > 0)
            return true;
    return false;
}

bool guess_has_only_words(const char *folded, const char *words)
{
    bool has_any = *folded != '\0';

    for (Slice word = take_word(&folded); word.size_bytes > 0; word = take_word(&folded))
        if (place_of(word, words) == 0)
            return false;
    return has_any;
}

/** Whether a word of a name only says in what its values are: "(USD)", "(PST)". */
static bool is_unit(Slice word)
{
    char capitals[4] = "";

    if (place_of(word, "utc gmt pst local") > 0)
        return true;
    if (word.size_bytes != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        capitals[i] = (char)(word.bytes[i] >= 'a' ? word.bytes[i] - 'a' + 'A' : word.bytes[i]);
    return (guess_shapes(slice_of(capitals)) & 1U << SHAPE_CURRENCY) != 0;
}

/** A folded name without what parts its words, and without units; the caller's, for free(). */
static char *joined(const char *folded)
{
    Text name = {0};

    for (Slice word = take_word(&folded); word.size_bytes > 0; word = take_word(&folded))
        if (!is_unit(word))
            text_append_slice(&name, word);
    return name.bytes == NULL ? memory_copy_text("") : text_take(&name);
}

int guess_name_score(ColumnRole role, const char *name)
{
    enum { WHOLE = 1000, WORD = 200 };
    char *folded = guess_folded(slice_of(name));
    char *whole = joined(folded);
    int place = *whole == '\0' ? 0 : place_of(slice_of(whole), role_names[role].names);
    int score = place > 0 ? WHOLE - 10 * place : 0;

    if (score == 0 && guess_has_word(folded, role_names[role].words))
        score = WORD;
    free(whole);
    free(folded);
    return score;
}

bool guess_currency_in_name(const char *name, char letters[4])
{
    char *folded = guess_folded(slice_of(name));
    const char *rest = folded;
    bool is_found = false;

    for (Slice word = take_word(&rest); word.size_bytes > 0 && !is_found; word = take_word(&rest)) {
        // The lek of Albania and the pa'anga of Tonga are rarer in names than these words.
        is_found =
            word.size_bytes == 3 && is_unit(word) && place_of(word, "utc gmt pst all top") == 0;
        for (size_t i = 0; is_found && i < 3; i++)
            letters[i] = (char)(word.bytes[i] - 'a' + 'A');
        letters[3] = '\0';
    }
    free(folded);
    return is_found;
}
