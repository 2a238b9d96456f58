using System.Management.Automation;
using PoshAcmeSharp.Issuance;
using PoshAcmeSharp.PowerShell.Infrastructure;
using PoshAcmeSharp.Profile;

namespace PoshAcmeSharp.PowerShell.Renewals;

/// <summary>The base of the commands about renewal: of one order, of an account, of all. What is current stays so.</summary>
public abstract class RenewalCommand : ProfileCommand
{
    private protected const string SpecificSet = "Specific";
    private protected const string AllOrdersSet = "AllOrders";
    private protected const string AllAccountsSet = "AllAccounts";

    private readonly List<RenewalCandidate> _candidates = [];
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <summary>The main domain of the order: the first of its names. Without it and Name, the current order. Of several with one main domain, the one that expires last.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MainDomainCompleter))]
    public string? MainDomain { get; set; }

    /// <summary>The name of the order in the profile.</summary>
    [Parameter(ParameterSetName = SpecificSet, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateFriendlyName]
    [ArgumentCompleter(typeof(OrderNameCompleter))]
    public string? Name { get; set; }

    /// <summary>Takes all orders of the current account.</summary>
    [Parameter(ParameterSetName = AllOrdersSet, Mandatory = true)]
    public SwitchParameter AllOrders { get; set; }

    /// <summary>Takes all orders of all accounts of the current server.</summary>
    [Parameter(ParameterSetName = AllAccountsSet, Mandatory = true)]
    public SwitchParameter AllAccounts { get; set; }

    /// <summary>Takes all orders of all accounts of all servers in the profile.</summary>
    [Parameter(ParameterSetName = AllAccountsSet)]
    public SwitchParameter AllServers { get; set; }

    private protected RenewalService Service => field ??= new RenewalService(Session);

    /// <summary>The orders that were chosen; none twice.</summary>
    private protected IReadOnlyList<RenewalCandidate> Candidates => _candidates;

    /// <inheritdoc/>
    protected sealed override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var damaged = new List<PoshAcmeException>();
        if (AllAccounts)
        {
            foreach (var server in AllServers ? Session.Store.ListServers(damaged) : [Session.RequireServer()])
            {
                foreach (var account in Session.Store.ListAccounts(server, damaged))
                {
                    Add(server, account, Session.Store.ListOrders(account, damaged));
                }
            }
        }
        else
        {
            var server = Session.RequireServer();
            var account = RequireAccount(server);
            Add(server, account, AllOrders ? Session.Store.ListOrders(account, damaged) : await FindAsync(account).ConfigureAwait(false));
        }

        damaged.ForEach(error => Refuse(error, null));
    }

    /// <summary>The current account, as the command needs it.</summary>
    private protected abstract StoredAccount RequireAccount(StoredServer server);

    /// <summary>Tells of an order that cannot be looked at; the others go on.</summary>
    private protected abstract void Refuse(PoshAcmeException error, string? orderName);

    private void Add(StoredServer server, StoredAccount account, IEnumerable<StoredOrder> orders)
        => _candidates.AddRange(Service.Read(server, account, orders.Where(o => _folders.Add(o.Folder))));

    private async Task<StoredOrder[]> FindAsync(StoredAccount account)
    {
        var mainDomain = string.IsNullOrEmpty(MainDomain) ? null : MainDomain;
        var name = string.IsNullOrEmpty(Name) ? null : Name;
        try
        {
            if (mainDomain is null && name is null)
            {
                return [new OrderService(Session).Require(account, null)];
            }

            return [new OrderService(Session).Find(account, mainDomain, name) ?? throw new PoshAcmeException(
                "OrderNotFound",
                ErrorKind.NotFound,
                $"There is no order '{name ?? mainDomain}' in account '{account.Id}'.",
                "Get-PAOrder -List shows the orders of the account; Set-PAAccount chooses another account.")];
        }
        catch (PoshAcmeException e) when (MyInvocation.ExpectingInput)
        {
            // Of several, one that is not there does not stop the others.
            Refuse(e, name ?? mainDomain);
            return [];
        }
    }
}
