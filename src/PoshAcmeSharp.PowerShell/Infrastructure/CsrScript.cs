using System.Management.Automation;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.PowerShell.Infrastructure;

/// <summary>A script block that gives a fresh certificate signing request at each issuance.</summary>
internal static class CsrScript
{
    /// <summary>
    /// Runs the script in the session it comes from; call it on the pipeline thread. What it writes is a request as text
    /// (PEM, in one piece or in lines, or base64url), as bytes (DER), or the path of its file.
    /// </summary>
    /// <param name="command">The command that runs it.</param>
    /// <param name="script">The script.</param>
    /// <param name="order">The order that the request is for: its first argument, and <c>$_</c>.</param>
    /// <returns>The text, for <see cref="Objects.CsrInput"/>.</returns>
    /// <exception cref="PoshAcmeException"><c>CsrProviderFailed</c>: it threw. <c>NoCsr</c>: it wrote nothing.</exception>
    public static string Run(PSCmdlet command, ScriptBlock script, PSObject order)
    {
        IReadOnlyList<PSObject?> output;
        try
        {
            output = CallerScript.Run(command, script, order);
        }
        catch (RuntimeException e) when (!Questions.EndsPipeline(e))
        {
            throw new PoshAcmeException(
                "CsrProviderFailed",
                ErrorKind.InvalidOperation,
                $"The script that gives certificate requests failed for order '{PSObjects.GetString(order, "Name")}': {e.Message}",
                "Run the script by itself with the order as its argument.",
                e);
        }

        var values = output.Select(o => o?.BaseObject).OfType<object>().ToList();
        var bytes = values.Count == 1 && values[0] is byte[] whole ? whole : [.. values.OfType<byte>()];
        var text = bytes.Length > 1
            ? Csr.FromDer(bytes).ToBase64Url()
            : string.Join("\n", values.Select(v => v is FileInfo file ? file.FullName : v.ToString()));
        return string.IsNullOrWhiteSpace(text) ? throw new PoshAcmeException(
            "NoCsr",
            ErrorKind.InvalidData,
            $"The script that gives certificate requests wrote nothing for order '{PSObjects.GetString(order, "Name")}'.",
            "Let it write a request as PEM, base64url or DER, or the path of its file.") : text;
    }
}
