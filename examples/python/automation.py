"""The program by Pulumi's Automation API, which needs no language host: automation.py STACK up|preview|destroy."""
import runpy
import sys

from pulumi import automation


def program() -> None:
    runpy.run_path("__main__.py")


stack_name, command = sys.argv[1:]
stack = automation.create_or_select_stack(
    stack_name=stack_name,
    project_name="python",
    program=program,
    opts=automation.LocalWorkspaceOptions(work_dir="."),
)
getattr(stack, command)(on_output=print)
