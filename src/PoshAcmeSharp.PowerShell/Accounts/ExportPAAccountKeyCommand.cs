using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;

namespace PoshAcmeSharp.PowerShell.Accounts;

/// <summary>Writes the private key of an account to a PEM file.</summary>
/// <remarks>
/// <para>With the key, other ACME clients can use the account, and New-PAAccount -KeyFile can take it into another profile. An EC key is written as SEC 1, an RSA key as PKCS#8.</para>
/// <para>The file is not encrypted. On Linux and macOS only its owner may read it; on Windows it gets the permissions of its folder. Only when a change of the key was interrupted is the CA asked, for which of the two keys it has.</para>
/// </remarks>
/// <example>
/// <code>Export-PAAccountKey -OutputFile .\account.key</code>
/// <para>Writes the key of the current account; asks when the file is there already.</para>
/// </example>
/// <example>
/// <code>Export-PAAccountKey customer42 -OutputFile .\customer42.key -Force</code>
/// <para>Writes the key of another account of the current server, over a file that may be there.</para>
/// </example>
/// <seealso cref="NewPAAccountCommand"/>
/// <seealso cref="GetPAAccountCommand"/>
[Cmdlet(VerbsData.Export, "PAAccountKey", SupportsShouldProcess = true)]
public sealed class ExportPAAccountKeyCommand : ProfileCommand
{
    /// <summary>The name of the account in the profile. Without it, the current one.</summary>
    [Parameter(Position = 0)]
    [Alias("Name")]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(AccountIdCompleter))]
    public string? ID { get; set; }

    /// <summary>The path of the file to write.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string OutputFile { get; set; } = string.Empty;

    /// <summary>Writes over a file that is there without asking.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var server = Session.RequireServer();
        var account = Session.RequireAccount(server, ID);
        var path = await ResolveFilePathAsync(OutputFile).ConfigureAwait(false);
        if (!await ShouldProcessAsync(path, $"Write the private key of account '{account.Id}'").ConfigureAwait(false)
            || (!Force && File.Exists(path) && !await ShouldContinueAsync("Do you wish to overwrite it?", $"The file '{path}' is there already.").ConfigureAwait(false)))
        {
            return;
        }

        if (account.RolloverKey is not null)
        {
            await Session.ConnectAsync(server, account, cancellationToken).ConfigureAwait(false);
        }

        WriteVerbose($"Writing the key of account {account.Id} ({account.KeyLength}) to {path}");
        AccountKeyFile.Write(account, path);
    }
}
