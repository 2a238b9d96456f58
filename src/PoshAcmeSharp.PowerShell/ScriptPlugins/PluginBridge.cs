using System.Collections;
using System.Net.Security;
using System.Security.Cryptography;
using PoshAcmeSharp.Certificates;

namespace PoshAcmeSharp.PowerShell.ScriptPlugins;

/// <summary>What the functions around a plugin script need of the module.</summary>
internal sealed class PluginBridge
{
    /// <summary>The call that is under way: it says whose variables are meant.</summary>
    public ScriptCall? Call { get; set; }

    /// <summary>The value of <c>$PoshAcmeSharp</c>: delegates, as scripts can call them whatever they belong to.</summary>
    public Hashtable ToVariable() => new(StringComparer.OrdinalIgnoreCase)
    {
        ["ReadVariables"] = (Func<string?>)ReadVariables,
        ["WriteVariable"] = (Action<string, string>)WriteVariable,
        ["ReadKey"] = (Func<string, AsymmetricAlgorithm>)ReadKey,
#pragma warning disable CA5359, MA0039 // A plugin for an appliance with a certificate of its own asks for it by name.
        ["AnyCertificate"] = (RemoteCertificateValidationCallback)((_, _, _, _) => true),
#pragma warning restore CA5359, MA0039
    };

    private static AsymmetricAlgorithm ReadKey(string pem)
    {
        using var key = PrivateKey.FromPem(pem);
        if (key.IsEc)
        {
            return ECDsa.Create(key.ToEcParameters());
        }

        var rsa = RSA.Create();
        rsa.ImportParameters(key.ToRsaParameters());
        return rsa;
    }

    private string? ReadVariables()
    {
        var call = RequireAccount();
        return call.Store!.ReadPluginVars(call.Account!);
    }

    // The script's thread waits for the lock: it has nothing else to do.
    private void WriteVariable(string name, string json)
    {
        var call = RequireAccount();
        call.Store!.SetPluginVarAsync(call.Account!, name, json, CancellationToken.None).GetAwaiter().GetResult();
    }

    private ScriptCall RequireAccount() => Call is { Store: not null, Account: not null } call ? call : throw new PoshAcmeException(
        "NoAccount",
        ErrorKind.InvalidOperation,
        $"The plugin {Call?.File.Name} keeps something with the ACME account, but there is none.",
        "Run New-PAAccount or Set-PAAccount first.");
}
