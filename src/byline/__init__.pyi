from byline.errors import BylineError
from byline.export.explanation import Explanation
from byline.export.selection import Selection
from byline.model import Decision, Document, Event, Failure, Mention
from byline.project import Coded, ExportOptions, Project, Run
from byline.project.deciding import Word
from byline.project.frames import Frame
from byline.project.opening import open

__all__ = [
    "BylineError",
    "Coded",
    "Decision",
    "Document",
    "Event",
    "Explanation",
    "ExportOptions",
    "Failure",
    "Frame",
    "Mention",
    "Project",
    "Run",
    "Selection",
    "Word",
    "__version__",
    "open",
]

__version__: str
