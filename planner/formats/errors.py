"""What a file from outside is refused for: by what it holds, by its coordinate system, by its rows and shapes."""

from __future__ import annotations

from planner.errors import InputError
from planner.text import N_


class ParseError(InputError):
    code = "E_PARSE"
    sentence = N_("The file cannot be parsed: {reason}. Ask its author for a whole copy.")


class CrsMissing(InputError):
    code = "E_CRS_MISSING"
    sentence = N_("The file does not say its coordinate system. State it with --crs, e.g. --crs EPSG:4525.")


class CrsProposed(CrsMissing):
    sentence = N_("The file does not say its coordinate system; by its numbers it may be {proposed}. If so, "
                  "confirm it with --crs {proposed}, otherwise state the right one.")


class CrsConflict(InputError):
    code = "E_CRS_CONFLICT"
    sentence = N_("The coordinate system is contradictory: {reason}. Ask which one is right and state it.")


class CrsRefused(InputError):
    code = "E_CRS_REFUSED"
    sentence = N_("The coordinate system {crs} cannot be used: {reason}. Ask for the data in CGCS2000 (EPSG:4490 "
                  "or 4513-4554).")


class GeometryInvalid(InputError):
    code = "E_GEOM_INVALID"
    sentence = N_("Feature {feature} is not a valid polygon: {reason}. Repair it, or import it with --accept-repairs.")


class ContentUnsupported(InputError):
    code = "E_CONTENT_TYPE"
    sentence = N_("The content is {found}, which cannot be read here. Supported are: {known}. Export the data "
                  "again as one of them.")


class XmlDtd(InputError):
    code = "E_XML_DTD"
    sentence = N_("The XML in {part} carries a document type definition, which can pull in other files. Save it "
                  "again without one.")


class TooLarge(InputError):
    code = "E_TOO_LARGE"
    sentence = N_("The file is too large: {found} of at most {limit}. Split it, or export only the area you need.")


class TooComplex(InputError):
    code = "E_TOO_COMPLEX"
    sentence = N_("{what} is too complex: {reason}. Simplify or repair it in a GIS first.")


class ZipPath(InputError):
    code = "E_ZIP_PATH"
    sentence = N_("The archive holds a member that points outside of it: {member}. Pack the data files alone.")


class ZipBomb(InputError):
    code = "E_ZIP_BOMB"
    sentence = N_("The archive unpacks too far: {reason}. Ask its author for a plain copy.")


class MissingPart(InputError):
    code = "E_MISSING_PART"
    sentence = N_("The shapefile '{layer}' lacks its part {part}. Pack .shp, .shx, .dbf and .prj together.")


class AmbiguousLayer(InputError):
    code = "E_AMBIGUOUS_LAYER"
    sentence = N_("The file holds several layers: {layers}. Choose one with --layer.")


class FileLayerMissing(InputError):
    code = "E_LAYER_MISSING"
    sentence = N_("The file has no layer '{wanted}'. It holds: {known}.")


class DatabaseSchema(InputError):
    code = "E_DB_SCHEMA"
    sentence = N_("The database holds {kind} '{name}', which data files need not have. Export the layer alone to "
                  "a new GeoPackage.")


class EncodingWrong(InputError):
    code = "E_ENCODING"
    sentence = N_("The text cannot be read as {encoding}: {reason}. State the right one with --encoding, e.g. "
                  "--encoding GBK.")


class GeometryNonFinite(InputError):
    code = "E_GEOM_NONFINITE"
    sentence = N_("Feature {feature} has a coordinate that is not a finite number. Remove or correct that vertex.")


class GeometryEmpty(InputError):
    code = "E_GEOM_EMPTY"
    sentence = N_("Feature {feature} encloses no land: {reason}. Draw it again or leave it out.")


class AxisOrRange(InputError):
    code = "E_AXIS_OR_RANGE"
    sentence = N_("{what} lies where no land can be, at ({x}, {y}): {advice}.")


class DuplicateId(InputError):
    code = "E_DUPLICATE_ID"
    sentence = N_("The id '{feature}' is given to several features. Give each its own.")


class ColumnMissing(InputError):
    code = "E_COLUMN"
    sentence = N_("No column for '{field}'. The file has: {known}. Name one with --map {field}=COLUMN, or a value "
                  "for all with --map {field}==VALUE.")


class FieldUnknown(InputError):
    code = "E_FIELD"
    sentence = N_("'{field}' is not a field of the role '{role}'. Its fields are: {known}.")


class RoleUnknown(InputError):
    code = "E_ROLE"
    sentence = N_("There is no role '{role}'. Use one of: {known}.")


class RowBad(InputError):
    code = "E_ROWS"
    sentence = N_("Row {row}, column {column}: '{value}' {problem}")


class AmountWrong(InputError):
    code = "E_AMOUNT"
    sentence = N_("{place}: '{value}' {problem}")


class TableColumnMissing(InputError):
    code = "E_COLUMN"
    sentence = N_("The table has no column '{column}'. It has: {known}. Put '{column}' in its first row.")


class TomlWrong(InputError):
    code = "E_PARSE"
    sentence = N_("Line {line} is not TOML: {found}. Correct it.")
