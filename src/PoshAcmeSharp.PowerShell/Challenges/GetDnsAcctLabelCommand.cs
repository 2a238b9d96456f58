using System.Management.Automation;
using PoshAcmeSharp.Challenges;

namespace PoshAcmeSharp.PowerShell.Challenges;

/// <summary>Gets the label below which an account answers dns-account-01 challenges.</summary>
/// <remarks>
/// <para>It is made from the account's URL, so that several accounts can validate one domain at the same time. The TXT record has the name label, dot, domain. No server is asked.</para>
/// </remarks>
/// <example>
/// <code>Get-PAAccount | Get-DnsAcctLabel</code>
/// <para>Shows the label of the current account.</para>
/// </example>
/// <example>
/// <code>"$(Get-DnsAcctLabel https://example.com/acme/acct/ExampleAccount).example.org"</code>
/// <para>Makes the name of the record for example.org: _ujmmovf2vn55tgye._acme-challenge.example.org.</para>
/// </example>
/// <seealso cref="Accounts.GetPAAccountCommand"/>
/// <seealso href="https://datatracker.ietf.org/doc/draft-ietf-acme-dns-account-label/"/>
[Cmdlet(VerbsCommon.Get, "DnsAcctLabel")]
[OutputType(typeof(string))]
public sealed class GetDnsAcctLabelCommand : PSCmdlet
{
    /// <summary>The URL of the account, the location of an account from Get-PAAccount.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("location")]
    [ValidateNotNullOrEmpty]
    public string AccountUri { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void ProcessRecord() => WriteObject(DnsAccountLabel.ForAccount(AccountUri));
}
