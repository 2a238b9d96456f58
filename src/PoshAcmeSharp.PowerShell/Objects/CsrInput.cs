using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.PowerShell.Objects;

/// <summary>Reads a certificate signing request that a command is given: a path, or the request itself.</summary>
internal static class CsrInput
{
    private const int LongestPath = 4096;
    private const int ShortestRequest = 100;

    /// <summary>Reads the request.</summary>
    /// <param name="pathOrText">The path of its file, or its text as PEM, base64 or base64url.</param>
    /// <param name="readFileAsync">Reads a file: PEM, base64, base64url or DER.</param>
    /// <returns>The request.</returns>
    /// <exception cref="PoshAcmeException">It cannot be read, or is none that can be used.</exception>
    public static async Task<Csr> ReadAsync(string pathOrText, Func<string, Task<byte[]>> readFileAsync)
        => IsRequest(pathOrText) ? Csr.Parse(pathOrText) : Csr.FromFile(await readFileAsync(pathOrText).ConfigureAwait(false));

    private static bool IsRequest(string text)
        => text.Contains("-----BEGIN")
            || text.Length > LongestPath
            || (text.Length > ShortestRequest && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '+' or '/' or '=' or '\r' or '\n'));
}
