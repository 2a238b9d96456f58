using System.Collections;
using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.PowerShell.Objects;

namespace PoshAcmeSharp.PowerShell.Plugins;

/// <summary>Gets the plugin arguments that are kept with an order.</summary>
/// <remarks>
/// <para>Returns a hashtable as it was given to -PluginArgs: secrets are SecureString and PSCredential objects. Where names of the order have arguments of their own, it is a table of tables by name. An order without arguments gives an empty one. Where one of the secrets cannot be decrypted by this user on this machine, there is an error and no hashtable; what is kept stays as it is.</para>
/// </remarks>
/// <example>
/// <code>Get-PAPluginArgs www.example.com</code>
/// <para>Shows the arguments of an order.</para>
/// </example>
/// <example>
/// <code>New-PAOrder mail.example.com -Plugin GoDaddy -PluginArgs (Get-PAPluginArgs www.example.com)</code>
/// <para>Orders another certificate with the same plugin arguments.</para>
/// </example>
/// <seealso cref="GetPAPluginCommand"/>
/// <seealso cref="Orders.SetPAOrderCommand"/>
[Cmdlet(VerbsCommon.Get, "PAPluginArgs")]
[OutputType(typeof(Hashtable))]
public sealed class GetPAPluginArgsCommand : ProfileCommand
{
    /// <summary>The main domain of an order: the first of its names. Without it and Name, the current order is meant.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of an order in the profile.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <inheritdoc/>
    protected override bool ContinuesAfterErrors => true;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        var account = Session.RequireAccount(Session.RequireServer());
        if (new OrderService(Session).Find(account, MainDomain, Name) is { } order)
        {
            WriteObject(PluginArgsInput.Write(new OrderService(Session).ReadPluginArguments(account, order)));
            return Task.CompletedTask;
        }

        WriteWarning(string.IsNullOrEmpty(MainDomain) && string.IsNullOrEmpty(Name)
            ? "No order is chosen. Run New-PAOrder, or Set-PAOrder with the name of one."
            : $"There is no order '{(string.IsNullOrEmpty(Name) ? MainDomain : Name)}'. Get-PAOrder -List shows the orders of the account.");
        WriteObject(PluginArgsInput.Write([]));
        return Task.CompletedTask;
    }
}
