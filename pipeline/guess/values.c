#include "guess/parts.h"

#include "base/decimal.h"
#include "report/code.h"
#include "report/values.h"

#include <stdlib.h>
#include <string.h>

// ISO 3166-1, and what providers use beside it: UK, Kosovo, Europe, the whole world.
static const char territories[] =
    " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM "
    "ZW UK XK EU WW ";

// ISO 4217, without funds and metals.
static const char currencies[] =
    " AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP "
    "BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR "
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
    "MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR "
    "SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS "
    "UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG ";

static const char tier_words[] =
    "premium free freemium family student basic standard hifi trial duo individual paid ad ads "
    "advertising unlimited prime plus lite mobile subscription subscriber gratis gratuit gratuito "
    "kostenlos premio familia familial familie estudante estudiante etudiant single platinum";

static const char marker_words[] = "total totals totales totais summary subtotal sum summe gesamt "
                                   "trailer footer grand somme suma";

typedef struct FlagWords {
    const char *yes;
    const char *no;
} FlagWords;

// What is to be written for the other where a sample has only the one.
static const FlagWords flag_words[] = {
    {"Y", "N"}, {"yes", "no"},  {"true", "false"}, {"1", "0"},          {"S", "N"},
    {"T", "F"}, {"J", "N"},     {"sim", "nao"},    {"si", "no"},        {"oui", "non"},
    {"O", "N"}, {"ja", "nein"}, {"paid", "free"},  {"valid", "invalid"}};

static bool is_listed(Slice value, size_t letters, const char *list)
{
    char word[6] = " ";

    if (value.size_bytes != letters)
        return false;
    memcpy(word + 1, value.bytes, letters);
    word[letters + 1] = ' ';
    return memchr(value.bytes, ' ', letters) == NULL &&
           memchr(value.bytes, '\0', letters) == NULL && strstr(list, word) != NULL;
}

static bool is_of(Slice value, bool (*is_letter)(char))
{
    for (size_t i = 0; i < value.size_bytes; i++)
        if (!is_letter(value.bytes[i]))
            return false;
    return value.size_bytes > 0;
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/** A letter, whatever its script, or what stands between the words of a country's name. */
static bool is_letter_or_blank(char byte)
{
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
           (unsigned char)byte >= 0x80 || strchr(" -'.(),&", byte) != NULL;
}

static bool is_code_letter(char byte)
{
    return is_digit(byte) || byte == '-' || (byte >= 'A' && byte <= 'Z');
}

static bool is_release(Slice value)
{
    if (is_of(value, is_digit))
        return value.size_bytes >= 12 && value.size_bytes <= 14;
    return value.size_bytes >= 18 && value.size_bytes <= 21 && value.bytes[0] == 'A' &&
           value.bytes[1] == '1' && is_of(value, is_code_letter); // a GRid
}

static bool is_integer(Slice value)
{
    int64_t quantity = 0;

    return memchr(value.bytes, '.', value.size_bytes) == NULL &&
           value_quantity(value, '.', &quantity) == REJECT_NONE;
}

static bool is_number(Slice value, char point)
{
    Decimal number;

    return decimal_parse(value, point, &number) == DECIMAL_PARSED;
}

static bool is_clock(Slice value)
{
    int64_t us = 0;

    return memchr(value.bytes, ':', value.size_bytes) != NULL &&
           (value_duration(value, DURATION_CLOCK, '.', &us) == REJECT_NONE ||
            value_duration(value, DURATION_CLOCK, ',', &us) == REJECT_NONE);
}

static bool is_isrc(Slice value)
{
    Code code = code_from_isrc(value);

    return code != CODE_NONE && code != CODE_ODD;
}

static bool is_gtin(Slice value)
{
    Code code = code_from_gtin(value);

    return code != CODE_NONE && code != CODE_ODD && value.size_bytes >= 12;
}

static bool is_of_words(Slice value, const char *words, bool (*has)(const char *, const char *))
{
    enum { WORDS_BYTES_MAX = 40 };

    if (value.size_bytes > WORDS_BYTES_MAX)
        return false;

    char *folded = guess_folded(value);
    bool is_so = has(folded, words);

    free(folded);
    return is_so;
}

unsigned guess_shapes(Slice value)
{
    unsigned shapes = 0;

    if (value.size_bytes == 0)
        return 0;
    shapes |= (unsigned)is_isrc(value) << SHAPE_ISRC;
    shapes |= (unsigned)is_gtin(value) << SHAPE_GTIN;
    shapes |= (unsigned)is_release(value) << SHAPE_RELEASE;
    shapes |= (unsigned)is_listed(value, 2, territories) << SHAPE_TERRITORY;
    shapes |= (unsigned)is_of(value, is_letter_or_blank) << SHAPE_LETTERS;
    shapes |= (unsigned)is_listed(value, 3, currencies) << SHAPE_CURRENCY;
    shapes |= (unsigned)is_of_words(value, tier_words, guess_has_word) << SHAPE_TIER;
    shapes |= (unsigned)is_integer(value) << SHAPE_INTEGER;
    shapes |= (unsigned)is_number(value, '.') << SHAPE_POINT;
    shapes |= (unsigned)is_number(value, ',') << SHAPE_COMMA;
    shapes |= (unsigned)is_clock(value) << SHAPE_CLOCK;
    shapes |= (unsigned)(guess_flag_meaning(value) >= 0) << SHAPE_FLAG;
    shapes |= (unsigned)is_of_words(value, marker_words, guess_has_only_words) << SHAPE_MARKER;
    return shapes;
}

/** The pair of flags that a value is one of; NULL: none. */
static const FlagWords *find_flag(Slice value, bool *out_is_yes)
{
    enum { FLAG_BYTES_MAX = 16 };
    const FlagWords *found = NULL;

    // Settings are text, which a zero byte would end.
    if (value.size_bytes > FLAG_BYTES_MAX || memchr(value.bytes, 0, value.size_bytes) != NULL)
        return NULL;

    char *folded = guess_folded(value);

    for (size_t i = 0; i < COUNT_OF(flag_words) && found == NULL; i++) {
        *out_is_yes = slice_equals_text_any_case(slice_of(folded), flag_words[i].yes);
        if (*out_is_yes || slice_equals_text_any_case(slice_of(folded), flag_words[i].no))
            found = &flag_words[i];
    }
    free(folded);
    return found;
}

int guess_flag_meaning(Slice value)
{
    bool is_yes = false;

    return find_flag(value, &is_yes) == NULL ? -1 : is_yes;
}

const char *guess_flag_opposite(Slice value)
{
    bool is_yes = false;
    const FlagWords *found = find_flag(value, &is_yes);

    return found == NULL ? NULL : is_yes ? found->no : found->yes;
}
