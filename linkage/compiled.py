"""How kernels are compiled, and pointers: inside a kernel an array travels as the address of its first number.

Numba counts the references of arrays at every call; among functions of a few nanoseconds that would be most of the time. A pointer
is indexed like a one-dimensional array; a matrix of `width` columns is read as `pointer[row * width + column]`.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numba
from numba.core import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.extending import intrinsic, register_jitable

Function = TypeVar("Function", bound=Callable[..., Any])

# What a pointer holds. For the type checker a pointer is anything that gives numbers by index.
Ints = Any
Floats = Any


def _cache_folder() -> str:
    """Where machine code is kept. Its name follows the text of all kernels: Numba itself only notices a change of the very file."""
    here = Path(__file__).parent
    texts = [text for path in sorted(here.rglob("*.py")) if b"linkage.compiled import" in (text := path.read_bytes())]
    digest = hashlib.sha256(b"".join([*texts, Path(__file__).read_bytes(), numba.__version__.encode()])).hexdigest()
    given = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(given) if given else here / "__pycache__"
    if not given and not os.access(here, os.W_OK):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "near-match"
    return str(base / f"kernels-{digest[:16]}")


numba.config.CACHE_DIR = _cache_folder()  # type: ignore[attr-defined]


if TYPE_CHECKING:

    def loop(function: Function) -> Function:
        """A kernel that Python calls: compiled on first use, its machine code kept on disk. Other threads run meanwhile."""

    def kernel(function: Function) -> Function:
        """A kernel that other kernels call: compiled as a part of each loop that needs it."""

    def pointer(array: Any) -> Any:
        """The address of an array's first number. The array must be contiguous and outlive its use."""

    def ahead(start: Any, count: int) -> Any:
        """The address `count` numbers ahead of `start`."""

    def count_bits(word: int) -> int:
        """How many bits of a 64-bit word are set."""

    def call_up(start: Any, count: int) -> None:
        """Tell the processor that the number `count` ahead of `start` is about to be read: it comes while other work is done."""

else:
    from llvmlite import ir

    def loop(function):  # noqa: ANN001, ANN201
        return numba.njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function)

    def kernel(function):  # noqa: ANN001, ANN201
        return register_jitable(pipeline_class=_PartCompiler)(function)

    class _Part(JITCodeLibrary):
        """The code of a kernel, on its way into a loop.

        Numba would optimise every kernel together with all that it calls, and make machine code of it: with kernels that call
        kernels a dozen deep, more than half of the time that compiling takes. The loop does both once, for all of them.
        """

        def _optimize_final_module(self):  # noqa: ANN202
            """Left to the loop."""

        def _finalize_final_module(self):  # noqa: ANN202
            self._finalized = True

        def get_pointer_to_function(self, name):  # noqa: ANN001, ANN202, ARG002
            return 0  # Python cannot call it

        @property
        def codegen(self):  # noqa: ANN202
            return self

        def set_env(self, name, environment):  # noqa: ANN001, ANN202
            """Only what Python calls has an environment."""

    class _PartCompiler(Compiler):
        def define_pipelines(self):  # noqa: ANN202
            self.state.library = _Part(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
            return super().define_pipelines()

    @intrinsic
    def pointer(typing, array):  # noqa: ANN001, ANN201, ARG001 - Numba's signature
        def generate(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            return context.make_array(signature.args[0])(context, builder, arguments[0]).data

        return types.CPointer(array.dtype)(array), generate

    @intrinsic
    def ahead(typing, start, count):  # noqa: ANN001, ANN201, ARG001 - Numba's signature
        def generate(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            number = context.get_data_type(signature.args[0].dtype)
            return builder.gep(arguments[0], [arguments[1]], source_etype=number)

        return start(start, types.int64), generate

    @intrinsic
    def count_bits(typing, word):  # noqa: ANN001, ANN201, ARG001 - Numba's signature
        def generate(context, builder, signature, arguments):  # noqa: ANN001, ANN202, ARG001
            return builder.ctpop(arguments[0])

        return types.int64(types.int64), generate

    @intrinsic
    def call_up(typing, start, count):  # noqa: ANN001, ANN201, ARG001 - Numba's signature
        def generate(context, builder, signature, arguments):  # noqa: ANN001, ANN202
            number = context.get_data_type(signature.args[0].dtype)
            place = builder.bitcast(
                builder.gep(arguments[0], [arguments[1]], source_etype=number), ir.IntType(8).as_pointer()
            )
            word = ir.IntType(32)
            fetch = builder.module.declare_intrinsic(
                "llvm.prefetch", [place.type], ir.FunctionType(ir.VoidType(), [place.type, word, word, word])
            )
            builder.call(fetch, [place, word(0), word(3), word(1)])
            return context.get_dummy_value()

        return types.void(start, types.int64), generate
